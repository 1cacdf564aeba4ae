"""Fit token vectors so that their sum points where the teacher's vector of the whole text points."""
import glob
import os
import struct

import numpy as np
import scipy.sparse as sp

import make
import teacher

STIFF = .6   # how strongly a token stays what the teacher says of it alone
STEPS = 25   # of conjugate gradients


def known(work, all_texts):
    rows, vectors = [], []
    for path in sorted(glob.glob(work + "/?????.npy")):
        c = int(os.path.basename(path)[:5])
        x = np.load(path).astype("float32")
        rows += range(c * make.CHUNK, c * make.CHUNK + len(x))
        vectors.append(x)
    return [all_texts[r] for r in rows], np.concatenate(vectors)


def bags(words, all_texts):
    r, c = [], []
    for i, t in enumerate(all_texts):
        ids = words.encode(t)
        r += [i] * len(ids)
        c += ids
    return sp.csr_matrix((np.ones(len(r), "float32"), (r, c)), shape=(len(all_texts), len(words.tokens)))


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)


def begin(folder, work, tokens):
    """Each token as the teacher sees it alone."""
    path = work + "/alone.npz"
    if os.path.exists(path):
        f = np.load(path)
        if len(f["x"]) == len(tokens):
            return f["x"].astype("float32")
    t = teacher.Teacher(folder, 512)
    ids = [[t.cls] + ([t.words.ids[k]] if k in t.words.ids else t.words.encode(k)) + [t.sep] for k in tokens]
    out = np.zeros((len(tokens), 384), "float32")
    for l in sorted({len(i) for i in ids}):
        rows = [i for i, x in enumerate(ids) if len(x) == l]
        for at in range(0, len(rows), 128):
            some = rows[at:at + 128]
            out[some] = t.forward(np.array([ids[i] for i in some]))
    np.savez(path, x=out.astype("float16"))
    return out


def rarity(counts, tokens):
    """How much a token says beside others: little when it stands in many texts, or early in BERT's list, which goes
    by frequency."""
    place = np.arange(len(tokens)) + 30.
    p = np.maximum(1 / place / np.log(len(tokens)), counts / counts.sum())
    return (1e-3 / (1e-3 + p)).astype("float32")


def solve(x, y, w0, stiff):
    """min |x w - y|² + |sqrt(stiff) (w - w0)|², by conjugate gradients from w0, every column by itself."""
    xt = x.T.tocsr()
    w = w0.copy()
    r = xt @ (y - x @ w)
    scale = 1 / (np.asarray(x.multiply(x).sum(0)).ravel() + stiff)[:, None]  # Jacobi
    z = r * scale
    p = z.copy()
    rz = (r * z).sum(0)
    for _ in range(STEPS):
        ap = xt @ (x @ p) + stiff[:, None] * p
        a = rz / np.maximum((p * ap).sum(0), 1e-12)
        w += a * p
        r -= a * ap
        z = r * scale
        new = (r * z).sum(0)
        p = z + p * (new / np.maximum(rz, 1e-12))
        rz = new
    return w.astype("float32")


def fit(folder, work, stiff=STIFF, told=print):
    tokens, all_texts = make.corpus(folder)
    all_texts, y = known(work, all_texts)
    words = teacher.WordPiece(tokens)
    x = bags(words, all_texts)
    first = begin(folder, work, tokens)
    mean = y.mean(0)
    _, _, axes = np.linalg.svd((y - mean)[::2], full_matrices=False)
    axes = axes[:make.DIMENSIONS].T
    y = unit((y - mean) @ axes)
    counts = np.asarray(x.sum(0)).ravel()
    w = unit((first - mean) @ axes) * rarity(counts, tokens)[:, None]
    held = np.arange(len(all_texts)) % 20 == 7
    told(f"{len(all_texts)} texts, {len(tokens)} tokens; cosine with the teacher, texts held out: {like(x[held], y[held], w):.4f} before")
    several = held & (np.asarray(x.sum(1)).ravel() > 2)
    start = w / np.median(np.linalg.norm(x[~held] @ w, axis=1))
    # A text counts by its direction alone: each is asked for the length that it has.
    s = x[~held] @ start
    length = np.maximum((s * y[~held]).sum(1), .25).astype("float32")
    w = solve(sp.diags(1 / length) @ x[~held], y[~held], start, np.full(len(tokens), stiff, "float32"))
    told(f"stiff {stiff}: {like(x[held], y[held], w):.4f}; of several tokens: {like(x[several], y[several], start):.4f} before, {like(x[several], y[several], w):.4f}")
    return tokens, w


def like(x, y, w):
    return float((unit(x @ w) * y).sum(1).mean())


def write(path, tokens, w):
    """Magic, rows, dimensions; the tokens, a line each; a scale (float32) for each row; the rows (int8)."""
    scale = np.maximum(np.abs(w).max(1), 1e-9) / 127
    q = np.rint(w / scale[:, None]).astype("int8")
    names = "\n".join(tokens).encode()
    with open(path, "wb") as f:
        f.write(b"IG8V" + struct.pack("<III", len(tokens), w.shape[1], len(names)))
        f.write(names + scale.astype("<f4").tobytes() + q.tobytes())


def main(folder, work, out):
    tokens, w = fit(folder, work)
    write(out, tokens, w)
    print(out, os.path.getsize(out), "bytes")
