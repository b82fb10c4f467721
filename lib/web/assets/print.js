"use strict";
/* The one button of a printed sheet; without it the browser's own command does the same. */
document.getElementById("print").addEventListener("click", () => window.print());
