// Package carrier brings the files of the exchange from one node to another. A
// carrier is trusted with nothing: it may lose, repeat, reorder and change
// what it carries, and whoever receives finds out.
//
// All carriers move the same files, between the outbox of one node and the
// inbox of another (Boxes), and a node may use several at once:
//
//	Directory   a folder that both reach, or that somebody carries
//	folder/     a served node that fills and empties such folders by itself
//	line/       HTTPS with mutual TLS, resumed where it broke
//	oneway/     UDP through a data diode, with Reed–Solomon parity
//	sheets/     QR codes on paper
//
// How each speaks is published in docs/exchange-format.md, section 14.
package carrier
