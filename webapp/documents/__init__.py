"""Papers made of what is kept: a template of Typst, and its data as JSON."""
