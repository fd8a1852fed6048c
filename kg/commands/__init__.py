"""One module a command of ``kg``; each defines ``command``."""
