"""HTTP: one file per resource; what all of them obey is made once, in the files beside them."""
