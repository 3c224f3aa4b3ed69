// Package keys holds the secrets of one node (密钥): with what it signs bundles,
// decrypts what others send it, seals sensitive fields at rest, and finds
// identity numbers without storing them in plain. It also keeps what is known
// of the other zones: their public halves, pinned after somebody has compared
// the fingerprints by telephone.
//
// On disk, below the folder given to Create and Load:
//
//	node.json           the secrets, readable by the owner alone
//	national.json       the same of the national suite, once an operator drew them
//	documents/NAME.pem  the office's document authority, made by package document
//	peers/ZONE.json     public halves of the zones that this node trusts
//	peers/ZONE.next.json, peers/past/, peers/revoked/   those that take their
//	                    place, that they took, and that are trusted no more
//	peers/ZONE.national.json, peers/ZONE.national.announced.json   of the national
//	                    suite: pinned, and told of in a bundle but not pinned yet
//
// It refuses secrets that others may read, a file that was altered or cut, and
// a second key for a zone that is pinned already. It isn't for people's
// passwords: those are account's.
package keys
