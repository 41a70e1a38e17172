"""Links: builders against URLs typed by hand, grammars, what users may link to, the files of links."""
