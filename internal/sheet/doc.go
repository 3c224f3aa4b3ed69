// Package sheet reads spreadsheets as people really write them (电子表格), and
// writes those that the product hands out.
//
//	bytes ─▶ Book: what is stored ─▶ table and columns ─▶ records with doubts
//
// What can't be read for certain is a doubt that names sheet, cell, reason and
// cure; it is never guessed. A number that a spreadsheet program has destroyed
// stays destroyed. Synonyms of columns and words are data: columns.yaml.
//
// It is thinking: bytes and choices in, grid and readings out, and no clock,
// file or database. It opens no link, runs no formula and refuses macros.
// Whether somebody is known already is not its to say.
package sheet
