# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""document.py SOURCE-ROOT: writes docs/errors.md, from the tests in test/errors/, to stdout.

A test there is one error. Its title is why it is one; a line that begins with "Do:" says what to do; its CHECK lines are the
message; what stands between the comments is the smallest program that gets it. Ends with 1 if a test lacks one of these, or
if no test meets a message of the runtime.
"""

import glob
import os
import re
import sys
import textwrap

PARTS = [
    (
        "header",
        "In every compiler",
        "What the headers themselves refuse, with the plugin and without. The messages are those of clang, compiling C; other "
        "compilers, and C++, say it in their words, or say first what they tried.",
    ),
    (
        "static",
        "In clang with the plugin",
        "What cannot work, whatever the names in a contract stand for, is an error where it is written; what is nearly always "
        "a mistake is a warning. `-Wno-error=tenon-shape` makes warnings of the errors.",
    ),
    (
        "run",
        "At run time",
        "A call that fails returns NULL (a number: NaN or 0; a store: false) and records its message, which `tn_error()` "
        "returns; only the first one counts. `tn_on_error(TN_ERRORS_PRINT)` prints them as they come.",
    ),
]
KINDS = re.compile(r"^.*?\b(?:error|warning): (?:static assertion failed: )?(?:tenon: |Tenon: )?")
TEST_WORDS = re.compile(r"^(RUN|REQUIRES|UNSUPPORTED|DEFINE|REDEFINE)\b.*|^[A-Z]+(-[A-Z]+)*:")


def comment_lines(text):
    return [re.sub(r"^(/\*| \*/| \*|//)? ?", "", line).rstrip() for line in text.splitlines()]


def paragraph(lines, first):
    """The line that `first` matches, from its group on, with those that continue it."""
    for i, line in enumerate(lines):
        if match := re.match(first, line):
            words = [match.group(1)]
            for line in lines[i + 1 :]:
                if not line or line == "/" or TEST_WORDS.match(line) or line.startswith("Do:"):
                    break
                words.append(line)
            return " ".join(words)
    return None


def program_of(path, text):
    if path.endswith(".test"):
        return re.sub(r"^#--- (.*)$", r"/* \1 */", text[text.index("#--- ") :], flags=re.M).strip()
    program = text[text.index("*/") + 2 : text.rindex("/*")]
    return program.replace("#include <tenon.h>\n", "").strip()


def prose(text):
    """With a capital in front, and what is code as code."""
    text = text if re.match(r"\w+[_(]", text) else text[0].upper() + text[1:]
    return re.sub(r"\b(?:tn|TN|TENON)_\w+(?:=\w+|\((?:[^()]|\([^()]*\))*\))?", r"`\g<0>`", text)


def wrapped(text):
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def entry(path):
    with open(path) as file:
        text = file.read()
    name, lines = os.path.basename(path), comment_lines(text)
    messages = re.findall(r"\bCHECK(?:-SAME|-NEXT)?: (.*)", text)
    if not path.startswith("run" + os.sep) and any(KINDS.match(message) for message in messages):
        messages = [message for message in messages if KINDS.match(message)]
    messages = [KINDS.sub("", message).strip() for message in messages]
    why = paragraph(lines, rf"{re.escape(name)} - (.*)") or paragraph(lines, r"(?!SPDX)(\w.*)")
    do = paragraph(lines, r"Do: (.*)")
    for what, found in (("title", why), ("Do: line", do), ("CHECK line", messages)):
        if not found:
            sys.exit(f"{path}: no {what}")
    return messages, prose(why), prose(do), program_of(path, text)


def formats(root):
    """The messages of tni_fail in the runtime, with where they stand."""
    for path in sorted(glob.glob(os.path.join(root, "runtime", "**", "*.[ch]"), recursive=True)):
        with open(path) as file:
            text = file.read()
        for call in re.finditer(r"\btni_fail\(([^;]*)\);", text):
            # The second argument, which may choose between two formats.
            outside, depth, quoted = "", 0, False
            for i, c in enumerate(call.group(1)):
                quoted ^= c == '"' and call.group(1)[i - 1] != "\\"
                depth += (not quoted) * ((c in "([") - (c in ")]"))
                outside += "\n" if c == "," and not quoted and depth == 0 else c
            for literal in re.findall(r'"((?:[^"\\]|\\.)*)"', outside.split("\n")[1]):
                yield os.path.relpath(path, root), literal


def main():
    root = sys.argv[1]
    status, texts = 0, []
    print(
        "<!-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception -->\n"
        "<!-- Written by test/errors/Inputs/document.py from the tests in test/errors/: change those. -->\n"
        "# Errors: what they mean, and what to do\n\n"
        "Each entry is a message, why it comes, what to do, and the smallest program that gets it; each is also a test in\n"
        "`test/errors/`. The programs include `<tenon.h>`."
    )
    for folder, title, introduction in PARTS:
        print(f"\n## {title}\n\n{wrapped(introduction)}")
        for path in sorted(glob.glob(os.path.join(root, "test", "errors", folder, "*.*"))):
            messages, why, do, program = entry(path)
            if folder == "run":
                texts += messages
            print("\n### " + f"`{messages[0]}`")
            for message in messages[1:]:
                print(f"\n`{message}`")
            print(f"\n{wrapped(why)}\n\n{wrapped('**Do:** ' + do)}\n\n```c\n{program}\n```")
    for path, literal in formats(root):
        # One message in many places: where memory runs out cannot be chosen by a program.
        if literal.startswith("out of memory"):
            continue
        pattern = r"\w+: " + re.sub(r"%(?:ll)?[a-z]", "\0", re.escape(literal).replace(r"\%", "%")).replace("\0", ".*")
        if not any(re.fullmatch(pattern, text) for text in texts):
            print(f"no test in test/errors/run meets '{literal}' of {path}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
