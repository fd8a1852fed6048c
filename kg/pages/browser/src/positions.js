// The positions page: shows what is behind a cell without leaving the table.

import { ready, showOnClick, suggestInForm } from "./explore.js";

suggestInForm();
showOnClick("a.of-cell");
ready();
