// Package dossier is one whole application as a plain value (案卷): what a case
// file holds, read strictly, and the facts that follow from it.
//
// It has no home and no memory. It doesn't judge: what is wrong with a case is
// precheck's to say, what is still needed requirement's. It refuses only what
// can't be read: an unknown key, a date that isn't one, a word outside its list.
package dossier
