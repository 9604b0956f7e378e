"""A believable market with nobody real in it: invented people, numbers reserved for drama, example domains."""
