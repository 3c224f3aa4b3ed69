// Who says something about a page tells how large it was for them.
for (const is of /** @type {NodeListOf<HTMLInputElement>} */ (document.getElementsByName("size"))) is.value = innerWidth + "×" + innerHeight;
