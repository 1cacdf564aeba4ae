#!/usr/bin/env python3
"""Score and time `igny8 cluster`: bench.py LAB IGNY8 SCALE [PEERS_PYTHON]. Fails beyond the limits.

SCALE is the program of the folder scale. With the lab's Python (its deps.sh) the best peers are scored beside it, and
EVoC is timed on the same vectors, and ours is scored by a real encoder's; CLUSTERLAB_CACHE keeps the peers' own.
PARTS=sets,encoder,languages,scale,exact,add,results runs some parts alone. EXACT=N is for how many keywords the quick search is compared with an exact one (25,000;
at 100,000 that takes a quarter of an hour).
"""
import csv
import glob
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time

LAB, IGNY8, SCALE = (os.path.abspath(a) for a in sys.argv[1:4])
PEERS = sys.argv[4] if len(sys.argv) > 4 else ""
PARTS = os.environ.get("PARTS", "sets,encoder,languages,scale,exact,add,results").split(",")
EXACT = int(os.environ.get("EXACT", "25000"))
os.environ.setdefault("CLUSTERLAB_CACHE", os.path.join(tempfile.gettempdir(), "igny8-clusterlab"))
sys.path.insert(0, LAB)
sys.dont_write_bytecode = True
import score  # noqa: E402  the lab's

KINDS = {"cluster": ["uqv100_gpt", "niche_socks_a", "mixed_niches"], "topic": ["clinc150", "banking77", "stackoverflow"]}
LEAST = {"cluster": .44, "topic": .57}
METHODS = [("evoc", "minilm", "5"), ("leiden", "minilm", "mod:20"), ("bertopic", "minilm", "8")]
HERE = os.path.dirname(os.path.abspath(__file__))
faults = []


def ours(path, column, out):
    told = json.loads(subprocess.run([IGNY8, "cluster", path, out, "--json"], check=True, capture_output=True, text=True).stdout)
    return score.score(score.read(out, column), score.read(path, "label")) | {"seconds": told["seconds"]}


def line(who, where, m):
    print(f"{who:16}{where:16}{m['quality']:9.3f}{m['bcubed_f1']:9.3f}{m['clusters']:9d}{m['seconds']:9.1f}", flush=True)


def peers(name, path):
    for method in METHODS if PEERS else []:
        run = subprocess.run([PEERS, LAB + "/peers.py", "one", *method, path], capture_output=True, text=True)
        if run.returncode == 0:
            line(method[0], name, json.loads(run.stdout.splitlines()[-1]))
        else:
            print(method[0], name, "failed:", run.stderr.strip()[-200:])


def sets(folder):
    out = folder + "/out.csv"
    for column, names in KINDS.items():
        got = []
        for name in names:
            path = f"{LAB}/dev/{name}.csv"
            m = ours(path, column, out)
            got.append(m["quality"])
            line("igny8 " + column, name, m)
            if m["quality"] < 0:
                faults.append(f"{name}: below the trivial answer")
            if name == "uqv100_gpt" and m["bcubed_f1"] < .95:
                faults.append(f"{name}: BCubed F1 below .95")
            peers(name, path)
        mean = sum(got) / len(got)
        limit(f"{column}: mean quality", mean, LEAST[column], least=True)


ENCODE = """import sys
sys.path.insert(0, sys.argv[1])
import numpy, peers
numpy.save(sys.argv[3], peers.vectors("minilm", sys.argv[2]).astype("<f4"))
"""


def encoder(folder):
    """Ours by MiniLM's vectors in place of its own, as by those of a provider: the cuts have to hold for them too."""
    for column, names in KINDS.items() if PEERS else []:
        got = []
        for name in names:
            path, x, out = f"{LAB}/dev/{name}.csv", folder + "/x.npy", folder + "/out.csv"
            subprocess.run([PEERS, "-c", ENCODE, LAB, path, x], check=True, capture_output=True)
            m = engine(path, "-vectors", x, "-out", out)
            m = score.score(score.read(out, column), score.read(path, "label")) | {"seconds": m["vectors"] + m["labels"]}
            got.append(m["quality"])
            line("by MiniLM", name, m)
        limit(f"{column}: mean quality by MiniLM's vectors", sum(got) / len(got), LEAST[column], least=True)


def languages(folder):
    english = None
    for path in sorted(glob.glob(HERE + "/sets/languages/*.csv"), key=lambda p: (not p.endswith("english.csv"), p)):
        name = os.path.basename(path)[:-4]
        m = ours(path, "cluster", folder + "/out.csv")
        english = english or m["bcubed_f1"]
        line("igny8 cluster", name, m)
        peers(name, path)
        limit(f"{name}: BCubed F1 beside English", m["bcubed_f1"] / english, .75, least=True)


def limit(what, got, bound, least=False):
    """Print a figure with its limit; beyond it is a fault."""
    print(f"  {what} {got:.3f}, at {'least' if least else 'most'} {bound}", flush=True)
    if got < bound if least else got > bound:
        faults.append(f"{what} {got:.3f}")


def make(folder, n, add=0):
    path = f"{folder}/{n}.csv"
    if not os.path.exists(path):
        subprocess.run([sys.executable, LAB + "/gen_scale.py", str(n), path, *(["--add", str(add)] if add else [])], check=True, stdout=subprocess.DEVNULL)
    return path


def program(*args):
    """Run the whole program: seconds, and the most memory it had in GB."""
    began = time.time()
    p = subprocess.Popen([IGNY8, "cluster", *args], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode:
        sys.exit(f"igny8 cluster {args}: exit code {p.returncode}")
    return time.time() - began, used.ru_maxrss * 1024 / 1e9


def engine(path, *args):
    return json.loads(subprocess.run([SCALE, *args, path], check=True, capture_output=True, text=True).stdout)


EVOC = """import sys, time
sys.path.insert(0, sys.argv[1])
import numpy, peers
x = numpy.load(sys.argv[2])
peers.METHODS["evoc"][0](x[:400].copy(), 5, 0, None)
began = time.time()
peers.METHODS["evoc"][0](x, 5, 0, None)
print(time.time() - began)
"""


def scale(folder):
    """Time and memory by size, F1, and EVoC on the same vectors between two runs of ours."""
    print(f"{'keywords':>9}{'vectors':>9}{'labels':>9}{'re-cut':>9}{'whole':>9}{'GB':>9}{'F1':>9}")
    at = {}
    for n in 25000, 50000, 100000, 200000:
        path, out = make(folder, n, 5000 if n == 100000 else 0), f"{folder}/{n}.out.csv"
        at[n] = engine(path, "-times", "2" if n == 200000 else "3")
        at[n]["whole"], at[n]["gb"] = program(path, out, *(["--vectors", folder + "/x.npy"] if n == 100000 else []))
        f1 = score.score(score.read(out, "cluster"), score.read(path, "label"))["bcubed_f1"] if n <= 100000 else float("nan")
        m = at[n]
        print(f"{n:9d}{m['vectors']:9.2f}{m['labels']:9.2f}{m['recut']:9.2f}{m['whole']:9.1f}{m['gb']:9.2f}{f1:9.3f}", flush=True)
        if n == 100000:
            limit("100,000: BCubed F1", f1, .6, least=True)
            if PEERS:
                evoc = min(float(subprocess.run([PEERS, "-c", EVOC, LAB, folder + "/x.npy"], check=True, capture_output=True, text=True).stdout.splitlines()[-1]) for _ in range(2))
                again = engine(path, "-times", "2")["labels"]
                print(f"  EVoC on our vectors of the 100,000: {evoc:.1f} s, ours before and after it {m['labels']:.1f} and {again:.1f} s")
                limit("vectors to labels beside EVoC", min(m["labels"], again) / evoc, .6)
    limit("GB for 100,000", at[100000]["gb"], 1)
    limit("GB for 200,000", at[200000]["gb"], 1.5)
    limit("time of 200,000 by that of 100,000", at[200000]["labels"] / at[100000]["labels"], 3.5)
    limit("exponent of growth from 25,000 to 200,000", math.log(at[200000]["labels"] / at[25000]["labels"], 8), 1.3)
    first = at[50000]["vectors"] + at[50000]["labels"]
    limit("re-cut of 50,000 beside the first run", at[50000]["recut"] / first, .05)


def exact(folder):
    path, got = make(folder, EXACT, 5000 if EXACT == 100000 else 0), []
    for how in [], ["-exact"]:
        engine(path, "-out", folder + "/exact.csv", *how)
        got.append(score.score(score.read(folder + "/exact.csv", "cluster"), score.read(path, "label"))["bcubed_f1"])
    print(f"{EXACT} keywords: BCubed F1 {got[0]:.4f}, with exact neighbours {got[1]:.4f}")
    limit("BCubed F1 below that of exact neighbours by", got[1] - got[0], .01)


def rows(path):
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def add(folder):
    """5,000 keywords into 100,000: nothing moves, what it takes, what stays out."""
    path = make(folder, 100000, 5000)
    fresh, both, old, full = (f"{folder}/{n}.csv" for n in ("100000.add", "both", "old", "full"))
    with open(both, "w") as f:
        f.write(open(path).read())
        f.writelines(open(fresh).readlines()[1:])
    got = f"{folder}/kept.csv"
    m = engine(path, "-add", fresh, "-out", got, "-times", "2")
    whole = m["vectors"] + m["labels"]
    print(f"100,000 anew: {whole:.1f} s; 5,000 into the tree of them, kept: {m['add']:.2f} s")
    limit("5,000 into 100,000 beside a full run", m["add"] / whole, .1)
    program(path, old)
    anew, _ = program(both, full)
    every, _ = program(both, folder + "/every.csv", "--into", old)
    print(f"the whole program: 105,000 anew {anew:.1f} s, with the file of the 100,000 as --into {every:.1f} s")
    kept = score.stability(score.read(old, "cluster"), score.read(folder + "/every.csv", "cluster"))
    limit("id_kept", kept["id_kept"], 1, least=True)
    labels = score.read(both, "label")
    of = {p: score.read(p, "cluster") for p in (full, got, folder + "/every.csv")}
    f1 = {p: score.score(c, labels)["bcubed_f1"] for p, c in of.items()}
    known, there = {r["label"] for r in rows(path)}, {r["keyword"].strip() for r in rows(path)}
    for p in got, folder + "/every.csv":
        limit(f"{os.path.basename(p)}: BCubed F1 below that of a full run by", f1[full] - f1[p], .02)
        before, out = {of[p][k] for k in there}, {True: [], False: []}
        for r in rows(fresh):
            out[r["label"] in known].append(of[p][r["keyword"].strip()] not in before)
        limit(f"{os.path.basename(p)}: share of new topics' keywords that stay out", sum(out[False]) / len(out[False]), .6, least=True)
        limit(f"{os.path.basename(p)}: share of old topics' keywords that are left out", sum(out[True]) / len(out[True]), .1)


def answers(path, out):
    """Ten results for each keyword: of its topic's 25 pages the best ranked most often, some of the next topics', some home pages of giants."""
    r, of = random.Random(10), rows(path)
    topics = list(dict.fromkeys(k["label"] for k in of))
    number = {t: i for i, t in enumerate(topics)}
    sites = [int(50_000 * r.random() ** 3) for _ in range(25 * len(topics))]
    with open(out, "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f)
        w.writerow(["keyword", "rank", "url"])
        for k in of:
            pages = {}
            while len(pages) < 10:
                x, t = r.random(), number[k["label"]]
                if x < .05:
                    url = f"https://www.giant-{int(30 * r.random() ** 3)}.com/"
                else:
                    t = (t + r.randint(1, 3)) % len(topics) if x < .2 else t
                    p = int(25 * r.random() ** 2)
                    url = f"https://www.site-{sites[25 * t + p]}.com/topic-{t}/page-{p}/"
                pages.setdefault(url, len(pages) + 1)
            w.writerows([k["keyword"], rank, url] for url, rank in pages.items())


def results(folder):
    """100,000 keywords by ten results each, soft and hard."""
    path, found = make(folder, 100000, 5000), folder + "/results.csv"
    answers(path, found)
    m = engine(path, "-results", found, "-times", "3")
    whole, gb = program(path, folder + "/by.csv", "--results", found)
    load = os.getloadavg()[0]
    print(f"{m['keywords']} keywords, {m['rows']} results: read {m['read']:.2f} s, soft {m['soft']:.2f} s ({m['clusters']} clusters), hard {m['hard']:.2f} s; "
          f"the whole program, with topics by meaning, {whole:.1f} s, {gb:.2f} GB; load {load:.1f}")
    limit("seconds for 100,000 keywords by ten results, read and clustered", m["read"] + max(m["soft"], m["hard"]), 10)


RUN = {"sets": sets, "encoder": encoder, "languages": languages, "scale": scale, "exact": exact, "add": add, "results": results}
with tempfile.TemporaryDirectory() as folder:
    print(f"{'':16}{'set':16}{'quality':>9}{'BCubed':>9}{'clusters':>9}{'seconds':>9}")
    for part, run in RUN.items():
        if part in PARTS:
            run(folder)
for f in faults:
    print("FAIL", f)
sys.exit(bool(faults))
