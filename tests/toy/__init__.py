"""An app that lends toys to children: it stands above all others, and no file below knows it."""
