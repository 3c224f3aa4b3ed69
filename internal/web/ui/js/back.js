// The answer to a form that was refused takes the place of the form's page in the
// browser's memory: a way back, or loading it again, asks for that page and not for
// the form to be sent once more, which browsers answer with an error page of theirs.
const at = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="back"]'));
if (at) history.replaceState(null, "", at.content);
