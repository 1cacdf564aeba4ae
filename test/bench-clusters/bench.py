#!/usr/bin/env python3
"""Score `igny8 cluster` by the lab's scorer: bench.py LAB IGNY8 [PEERS_PYTHON]. Fails below the limits.

With the lab's Python (its deps.sh) the best peers are scored beside it; CLUSTERLAB_CACHE keeps their vectors.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

LAB, IGNY8 = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
PEERS = sys.argv[3] if len(sys.argv) > 3 else ""
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


with tempfile.TemporaryDirectory() as folder:
    out = folder + "/out.csv"
    print(f"{'':16}{'set':16}{'quality':>9}{'BCubed':>9}{'clusters':>9}{'seconds':>9}")
    for column, sets in KINDS.items():
        got = []
        for name in sets:
            path = f"{LAB}/dev/{name}.csv"
            m = ours(path, column, out)
            got.append(m["quality"])
            line("igny8 " + column, name, m)
            if m["quality"] < 0:
                faults.append(f"{name}: below the trivial answer")
            if name == "uqv100_gpt" and m["bcubed_f1"] < .95:
                faults.append(f"{name}: BCubed F1 below .95")
            for method in METHODS if PEERS else []:
                run = subprocess.run([PEERS, LAB + "/peers.py", "one", *method, path], capture_output=True, text=True)
                if run.returncode == 0:
                    line(method[0], name, json.loads(run.stdout.splitlines()[-1]))
                else:
                    print(method[0], name, "failed:", run.stderr.strip()[-200:])
        mean = sum(got) / len(got)
        print(f"{column}: mean quality {mean:.3f}, at least {LEAST[column]}")
        if mean < LEAST[column]:
            faults.append(f"{column}: mean quality {mean:.3f}")
    english = None
    for path in sorted(glob.glob(HERE + "/sets/languages/*.csv"), key=lambda p: (not p.endswith("english.csv"), p)):
        m = ours(path, "cluster", out)
        english = english or m["bcubed_f1"]
        line("igny8 cluster", os.path.basename(path)[:-4], m)
        if m["bcubed_f1"] < .75 * english:
            faults.append(f"{path}: below .75 of English")
for f in faults:
    print("FAIL", f)
sys.exit(bool(faults))
