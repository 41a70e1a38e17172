"""The diagnostics of the output tree: for each code a title and an explanation."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

TREE_CODES: dict[str, CodeDoc] = {
    "input/revision": CodeDoc(
        "A revision of git that cannot be read",
        "`diff` compares with the project as it was at a revision of the repository that the project is in. "
        "Git, a repository and the revision are needed; CI systems often fetch the newest commit only.",
    ),
    "tree/unsafe-path": CodeDoc(
        "A generated path is not safe on every system",
        "Output is checked out on Linux, macOS and Windows. A path in it is relative, and each part "
        "of it consists of letters, digits, '.', '_' and '-', starts with none of '.' and '-', does "
        "not end with '.', is at most 255 bytes long and is no device name such as CON or LPT1.",
    ),
    "tree/path-collision": CodeDoc(
        "Two generated files are one file on some systems",
        "macOS and Windows ignore case, macOS also ignores Unicode normalisation. Two paths that "
        "differ in nothing else, or of which one is a folder of the other, would replace each other "
        "there. Rename what one of them is generated from.",
    ),
    "tree/bad-text": CodeDoc(
        "Generated text cannot be written as UTF-8",
        "Half of a surrogate pair, such as \\ud800, is no character. It comes from an escape in a "
        "quoted string of the source.",
    ),
    "tree/symlink": CodeDoc(
        "A symbolic link is in the way",
        "No link is followed, neither on the way from the working directory to the output folder nor "
        "inside it: a link in a repository could lead writing and deleting to any other place. Name "
        "the real folder, or delete the link.",
    ),
    "tree/not-a-file": CodeDoc(
        "Something other than a file is where a file is generated",
        "A folder, a FIFO, a socket or a device stands at the path of a generated file. It is left "
        "alone; move it away, or rename what the file is generated from.",
    ),
    "tree/not-a-folder": CodeDoc(
        "Something other than a folder is where a folder is needed",
        "The output folder, or a folder in it, exists as a file or as something else. It is left "
        "alone; move it away, or generate into another folder.",
    ),
    "tree/foreign-file": CodeDoc(
        "A file is in the way that the project did not generate",
        "A project overwrites only what its manifest, .sightline/<project>.manifest, lists. A file "
        "that is not listed is taken over when it already has the generated content, and refused "
        "otherwise. Move or delete it; if the manifest was lost, restore it from version control.",
    ),
    "tree/other-project": CodeDoc(
        "Another project owns a generated path",
        "Projects may share an output folder as long as each generates its own paths; the manifests "
        "tell whose a path is. If one project was renamed, rename its manifest as well.",
    ),
    "tree/edited-file": CodeDoc(
        "A generated file was changed by hand",
        "The content of the file is not what an earlier run wrote, going by the hash in the manifest. "
        "The generated content replaces it (or it is deleted, when it is no longer generated). A "
        "merge of two branches that both regenerated looks the same and needs no action.",
    ),
    "tree/manifest-line": CodeDoc(
        "A line of a manifest cannot be read",
        "The line is ignored and disappears with the next run. The file that it listed is then no "
        "longer known as generated: it is not removed when its source goes, and not overwritten when "
        "it differs. Restore the manifest from version control. Git's conflict markers are no "
        "mistake: both sides count.",
    ),
    "tree/locked": CodeDoc(
        "Another run is writing the output folder",
        "Only one run at a time may write an output folder. A run waits for another one, but not for "
        "ever. The lock, .sightline/lock, belongs to a running process and vanishes with it; the file "
        "may stay.",
    ),
    "tree/io": CodeDoc(
        "The operating system refused to read or write the output",
        "The message names the path and the reason, such as a full disk or missing permission. No "
        "file is left half-written. Run generate again when the reason is gone; it completes the "
        "tree.",
    ),
}
