"""The text that the vectors are fitted to: words, phrases, sentences and search queries, always the same.

Parts: the lexical database WordNet 3.0 (Debian's wordnet-base; WordNet licence), the one-line descriptions of
Debian's packages (as `apt-cache dumpavail` prints them), and the templates below over both.
"""
import random
import re
import subprocess
from collections import Counter

WORDNET = "/usr/share/wordnet"
SEED = 20261128

KINDS = """best cheap small large used new portable electric wooden waterproof wireless kids mens womens vintage black white modern
indoor outdoor professional beginner organic natural custom smart digital mini heavy duty folding leather luxury budget family
commercial industrial homemade free online local custom daily top affordable simple easy advanced""".split()
PLACES = """london new york texas california australia uk usa india canada germany spain paris chicago sydney toronto near me europe
florida ireland japan mexico""".replace("new york", "new_york").replace("near me", "near_me").split()
QUERIES = """{m} {n}|{n} {m}|{n} price|{n} cost|how much does a {n} cost|how much is {n}|average price of {n}|{n} for sale|buy {n}|buy {n} online|where to buy {n}
{n} reviews|best {n}|best {n} for {n2}|top 10 {n}|{n} vs {n2}|{n} or {n2}|difference between {n} and {n2}|compare {n} and {n2}|{n} alternatives
what is {n}|what is a {n}|what does {n} mean|{n} meaning|{n} definition|define {n}|{n} explained|types of {n}|kinds of {n}|examples of {n}|{n} examples
how to use {n}|how to make {n}|how to {v} {n}|how to {v} a {n}|how do you {v} {n}|{v} {n}|{n} tutorial|{n} guide|{n} for beginners|learn {n}|{n} course|{n} classes
{n} not working|how to fix {n}|{n} repair|{n} problems|{n} error|broken {n}|{n} parts|{n} replacement|clean {n}|how to clean a {n}|{n} maintenance|{n} care
{n} near me|{n} in {p}|{n} {p}|{n} store|{n} shop|{n} delivery|{n} rental|rent {n}|{n} services|{n} company|{n} agency|{n} consultant|hire {n}
history of {n}|who invented {n}|when was {n} invented|facts about {n}|{n} facts|{n} statistics|{n} news|{n} pictures|{n} ideas|{n} design|{n} inspiration
benefits of {n}|{n} side effects|is {n} safe|is {n} good for you|{n} risks|{n} symptoms|{n} treatment|causes of {n}|{n} diet|{n} recipe|{n} recipes|{n} calories
{n} size chart|{n} dimensions|what size {n}|{n} template|{n} checklist|{n} software|{n} tools|{n} app|{n} generator|{n} calculator|{n} management|{n} management software
{n} jobs|{n} salary|{n} training|{n} certification|{n} degree|{n} law|{n} rules|{n} requirements|{n} tax|{n} insurance|{n} license
{n} for {n2}|{n} with {n2}|{n} and {n2}|{n} without {n2}|{n} {n2}|{m} {n} {n2}|{m} {n} for {n2}|{n} {n2} {n3}|{n2} {n} {p}|{m} {m2} {n}|{n} of {n2}|{n} from {n2}""".replace("\n", "|").split("|")
SPOKEN = """how do i {v} my {n}|how can i {v} a {n}|can you {v} the {n} for me|please {v} my {n}|i want to {v} a {n}|i need to {v} my {n} before {n2}|i need a {n} for my {n2}
what is my {n}|what's the {n} of my {n2}|tell me the {n} of {n2}|tell me about {n}|where is my {n}|when is the next {n}|when will my {n} arrive|why is my {n} so {a}|why was my {n} {ved}
why did my {n} not {v}|my {n} does not {v}|the {n} is not {ving}|i lost my {n}, what should i do|someone stole my {n}|is there a {n} in {p}|are there any {a} {n} near {p}|how long does it take to {v} a {n}
do you have {n}|do i have enough {n} for a {n2}|how many {n} are in a {n2}|what do you think about {n}|could you find me a {n} with {n2}|i would like to {v} the {n} of my {n2}|set a {n} for {n2}
{v} the {n}|turn {v} {n}|show me {n}|i can't {v} my {n} because of the {n2}|what happens if i {v} the {n}|is it possible to {v} a {n} with a {n2}|who can {v} my {n}|can i {v} {n} from {n2}
i have a problem with my {n}|i don't understand the {n} on my {n2}|how {a} is the {n}|should i {v} or {v2} the {n}|what is the best way to {v} {n}|which {n} should i {v}|my {n2} was {ved} by the {n}""".replace("\n", "|").split("|")
TITLES = """how to {v} a {n} in {t}|{t}: {v} {n} from {n2}|{ving} {n} with {t}|{t} {n} error when {ving} {n2}|{t} {n} not {ving}|how do I {v} {t} {n} using {t2}
{v} {n} in {t} and {t2}|{t} vs {t2}|is there a {n} for {t}|what is the {n} of a {t} {n2}|best way to {v} {n} in {t}|{t} {n} example|{t} tutorial|using {t} with {t2}|{t} {n} and {n2}|convert {n} to {n2} in {t}""".replace("\n", "|").split("|")


def lines(name):
    with open(f"{WORDNET}/{name}", encoding="latin-1") as f:
        return [l for l in f if not l.startswith("  ")]


def lemmas(pos):
    """The lemmas of a part of speech and how often each was met in tagged text."""
    of = {}
    for l in lines("index." + pos):
        p = l.split()
        of[p[0].replace("_", " ")] = 0
    letter = {"noun": "1", "verb": "2", "adj": "3", "adv": "4"}[pos]
    for l in open(f"{WORDNET}/cntlist.rev", encoding="latin-1"):
        key, _, n = l.split()
        word, sense = key.split("%")
        word = word.replace("_", " ")
        if (sense[0] == letter or letter == "3" and sense[0] == "5") and word in of:
            of[word] += int(n)
    return of


def glosses():
    """The definitions and the example sentences."""
    definitions, examples = [], []
    for pos in ("noun", "verb", "adj", "adv"):
        for l in lines("data." + pos):
            gloss = l.split("|", 1)[1].strip()
            examples += re.findall(r'"([^"]{12,140})"', gloss)
            definitions.append(re.sub(r'[;:]?\s*"[^"]*"', "", gloss).strip())
    return definitions, examples


def packages():
    """The names and one-line descriptions of Debian's packages."""
    out = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
    found, name = {}, ""
    for l in out.split("\n"):
        if l.startswith("Package: "):
            name = l[9:]
        elif l.startswith("Description: ") and name not in found:
            found[name] = l[13:].strip()
    return found


def ing(v):
    return v + "ing" if not re.search(r"[^aeiou]e$", v) else v[:-1] + "ing"


def ed(v):
    return v + "d" if v.endswith("e") else v + "ed"


def technical(described):
    """Words of the packages' descriptions that no dictionary has or that are names there, most frequent first."""
    seen = Counter()
    for d in set(described.values()):
        seen.update(set(re.findall(r"[A-Za-z][A-Za-z0-9+#.]*[A-Za-z0-9+#]", d)))
    return [w for w, n in sorted(seen.items(), key=lambda i: (-i[1], i[0])) if n >= 8 and (not w.islower() or not w.isalpha()) and not (w[1:].islower() and n < 40)]


def make(vocabulary):
    """Every text, without repeats. vocabulary: the tokenizer's whole words, which are texts of their own."""
    rng = random.Random(SEED)
    nouns, verbs, adjectives = lemmas("noun"), lemmas("verb"), lemmas("adj")
    described = packages()
    tech = technical(described)[:1500]
    definitions, examples = glosses()
    plain = re.compile(r"[a-z][a-z '-]*$")
    noun = sorted(w for w in nouns if plain.match(w) and len(w) > 2)
    verb = sorted(w for w in verbs if re.match(r"[a-z]+$", w) and verbs[w] > 3)
    adj = sorted(w for w in adjectives if re.match(r"[a-z]+$", w) and adjectives[w] > 1)
    two = sorted(w for w in noun if w.count(" ") == 1)
    weigh = lambda words, of, flat: [(flat + of[w]) ** .5 for w in words]
    wn, wv, wa = weigh(noun, nouns, .01), weigh(verb, verbs, 1), weigh(adj, adjectives, 1)

    def many(k, f):
        return [f() for _ in range(k)]

    def pool(words, weights=None):
        store = []

        def take():
            if not store:
                store.extend(rng.choices(words, weights, k=5000))
            return store.pop()
        return take
    n, v, a, t2 = pool(noun, wn), pool(verb, wv), pool(adj, wa), pool(two)
    t = pool(tech, [1 / (i + 30) ** .7 for i in range(len(tech))])

    def fill(template, head=None):
        vv = v()
        return template.format(n=head or n(), n2=n(), n3=n(), m=rng.choice(KINDS) if rng.random() < .5 else a(), m2=a(), a=a(), v=vv, v2=v(), ving=ing(vv), ved=ed(vv),
                               p=rng.choice(PLACES).replace("_", " "), t=t(), t2=t())
    out = sorted(w for w in vocabulary if re.match(r"[a-z]{2,}$", w))
    out += [w for w in noun if " " not in w and nouns[w] > 0]
    out += rng.sample(two, 12000)
    out += rng.sample(sorted(set(examples)), 11000)
    out += [d[:110] for d in rng.sample(sorted(set(definitions)), 7000)]
    out += rng.sample(sorted(set(described.values())), 12000)
    out += many(22000, lambda: fill(rng.choice(QUERIES)))
    out += many(6000, lambda: fill(rng.choice(QUERIES), t2()))
    out += many(14000, lambda: fill(rng.choice(SPOKEN)))
    out += many(9000, lambda: fill(rng.choice(TITLES)))
    return list(dict.fromkeys(x.lower() for x in out))
