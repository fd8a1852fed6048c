"""Start the server with the sample articles: ``kg serve --samples``, with the same options."""

from __future__ import annotations

import sys

from kg.cli import main

if __name__ == "__main__":
    main(["serve", "--samples", *sys.argv[1:]])
