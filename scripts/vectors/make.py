#!/usr/bin/env python3
"""Make the static token vectors of internal/cluster/engine/vectors. See README.md here.

  make.py MODEL_FOLDER WORK_FOLDER teach [--part I/N]   the teacher's vectors of the texts, kept in WORK_FOLDER
  make.py MODEL_FOLDER WORK_FOLDER fit OUT.bin          fit token vectors to them and write the file
"""
import argparse
import os
import re
from collections import Counter

import numpy as np

import teacher
import texts

ROWS = 38000       # tokens of the file
DIMENSIONS = 192
CHUNK = 1000       # texts between two looks at the clock


def vocabulary(base, written):
    """BERT's tokens without those of scripts that it spells letter by letter, and whole words that it cuts in
    pieces, the most written ones first."""
    letters = re.compile(r"(##)?[a-z0-9\u00df-\u017f]+$")
    keep = [t for t in base if letters.match(t) or t == "[UNK]" or len(t) == 1 and t.isascii()]
    has = set(keep)
    seen = Counter()
    for t in written:
        seen.update(set(teacher.WordPiece.words(t)))
    lemma = {w for pos in ("noun", "verb", "adj", "adv") for w, n in texts.lemmas(pos).items() if n > 0 or pos == "verb"}
    more = [(n + (6 if w in lemma else 0), w) for w, n in seen.items() if w not in has and re.match(r"[a-z][a-z0-9]{3,17}$", w)]
    more = [w for n, w in sorted(more, key=lambda i: (-i[0], i[1])) if n >= 3]
    return keep + more[:ROWS - len(keep)]


def corpus(folder):
    base = teacher.Teacher(folder).words.tokens
    written = texts.make([])
    tokens = vocabulary(base, written)
    words = [t for t in tokens if re.match(r"[a-z]{2,}$", t)]
    first = set(words)
    rest = [t for t in written if t not in first]
    np.random.default_rng(texts.SEED).shuffle(rest)
    return tokens, words + rest


def teach(folder, work, part):
    me, of = map(int, part.split("/"))
    os.makedirs(work, exist_ok=True)
    tokens, all_texts = corpus(folder)
    print(len(tokens), "tokens,", len(all_texts), "texts", flush=True)
    t = teacher.Teacher(folder, 512)
    for c in range(me, -(-len(all_texts) // CHUNK), of):
        path = f"{work}/{c:05d}.npy"
        if not os.path.exists(path):
            np.save(path + ".part.npy", t.encode(all_texts[c * CHUNK:(c + 1) * CHUNK]).astype("float16"))
            os.rename(path + ".part.npy", path)
            print(c, end=" ", flush=True)


if __name__ == "__main__":
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("model")
    ap.add_argument("work")
    ap.add_argument("what", choices=("teach", "fit"))
    ap.add_argument("out", nargs="?")
    ap.add_argument("--part", default="0/1")
    a = ap.parse_args()
    if a.what == "teach":
        teach(a.model, a.work, a.part)
    else:
        import fit
        fit.main(a.model, a.work, a.out)
