package exchange

import (
	"bufio"
	"bytes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/hkdf"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"

	"yitang/internal/keys"
)

// The envelope of the national suite has the shape of age's, which has no
// recipient of that kind: a key for this file alone, wrapped to the receiver by
// SM2, a header that an HMAC of SM3 covers, and chunks by SM4-GCM whose nonces
// count and mark the last one (STREAM). Each holds one chunk in memory.
//
//	yitang.envelope.sm/1
//	-> SM2
//	BODY          the file key, encrypted by SM2: C1 (65 bytes), C3 (32), C2 (16)
//	--- MAC
//	nonce (16 bytes), chunks
const (
	smOpener   = "yitang.envelope.sm/1\n"
	smStanza   = "-> SM2\n"
	smBody     = 65 + 32 + 16
	smText     = (smBody*8 + 5) / 6 // characters of base64
	smHeader   = len(smOpener) + len(smStanza) + smText + 1 + len("--- ") + 43 + 1
	smSmallest = smHeader + 16 + 16
)

var smLayout = regexp.MustCompile("^" + regexp.QuoteMeta(smOpener+smStanza) + fmt.Sprintf(`([A-Za-z0-9+/]{%d})\n--- ([A-Za-z0-9+/]{43})\n$`, smText))

// smBase64 refuses bits that are over and aren't zero.
var smBase64 = base64.RawStdEncoding.Strict()

func smDerive(secret, salt []byte, info string, size int) ([]byte, error) {
	key, err := hkdf.Key(sm3.New, secret, salt, info, size)
	if err != nil {
		return nil, fmt.Errorf("deriving a key: %w", err)
	}
	return key, nil
}

// smMAC covers a header from its first byte through the three hyphens.
func smMAC(fileKey, header []byte) ([]byte, error) {
	key, err := smDerive(fileKey, nil, "header", sm3.Size)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sm3.New, key)
	mac.Write(header)
	return mac.Sum(nil), nil
}

func smPayload(fileKey, nonce []byte) (cipher.AEAD, error) {
	key, err := smDerive(fileKey, nonce, "payload", 16)
	if err != nil {
		return nil, err
	}
	block, err := sm4.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// smNonce is a chunk's: eleven bytes that count, and one that says whether it is
// the last.
func smNonce(count uint64, last bool) []byte {
	nonce := make([]byte, 12)
	binary.BigEndian.PutUint64(nonce[3:], count)
	if last {
		nonce[11] = 1
	}
	return nonce
}

// smEncrypt begins a file for one receiver; Close writes its last chunk.
func smEncrypt(random io.Reader, file io.Writer, to *ecdsa.PublicKey) (io.WriteCloser, error) {
	var drawn [32]byte // the file key and the nonce
	if _, err := io.ReadFull(random, drawn[:]); err != nil {
		return nil, fmt.Errorf("drawing a key: %w", err)
	}
	fileKey, nonce := drawn[:16], drawn[16:]
	body, err := sm2.Encrypt(random, to, fileKey, sm2.NewPlainEncrypterOpts(sm2.MarshalUncompressed, sm2.C1C3C2))
	if err != nil {
		return nil, fmt.Errorf("wrapping a key by SM2: %w", err)
	}
	header := []byte(smOpener + smStanza + smBase64.EncodeToString(body) + "\n---")
	mac, err := smMAC(fileKey, header)
	if err != nil {
		return nil, err
	}
	aead, err := smPayload(fileKey, nonce)
	if err != nil {
		return nil, err
	}
	header = append(append(header, ' '), smBase64.EncodeToString(mac)...)
	if _, err := file.Write(append(append(header, '\n'), nonce...)); err != nil {
		return nil, err
	}
	return &smWriter{file: file, aead: aead, chunk: make([]byte, 0, ageChunk+16)}, nil
}

type smWriter struct {
	file  io.Writer
	aead  cipher.AEAD
	chunk []byte // plain, until it is full and more comes
	count uint64
}

func (w *smWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if len(w.chunk) == ageChunk {
			if err := w.flush(false); err != nil {
				return n - len(p), err
			}
		}
		take := min(len(p), ageChunk-len(w.chunk))
		w.chunk, p = append(w.chunk, p[:take]...), p[take:]
	}
	return n, nil
}

func (w *smWriter) flush(last bool) error {
	sealed := w.aead.Seal(w.chunk[:0], smNonce(w.count, last), w.chunk, nil)
	_, err := w.file.Write(sealed)
	w.chunk = w.chunk[:0]
	w.count++
	return err
}

func (w *smWriter) Close() error { return w.flush(true) }

// smDecrypt begins to read a file whose header has the layout. file tells what
// went wrong below.
func smDecrypt(b *bufio.Reader, identities []*sm2.PrivateKey, file *boundedReader) (io.Reader, error) {
	if len(identities) == 0 {
		return nil, refuse(WrongReceiver, "it is encrypted by the suite %s, of which this node has no keys", keys.National)
	}
	header := make([]byte, smHeader)
	if _, err := io.ReadFull(b, header); err != nil {
		return nil, spoiled(err, file)
	}
	texts := smLayout.FindSubmatch(header)
	body, err := smBase64.DecodeString(string(texts[1]))
	if err != nil {
		return nil, refuseBecause(Altered, err, "the wrapped key isn't written as one is")
	}
	said, err := smBase64.DecodeString(string(texts[2]))
	if err != nil {
		return nil, refuseBecause(Altered, err, "the header's code isn't written as one is")
	}
	if _, err := keys.ParseSM2Point(body[:65]); err != nil {
		return nil, refuseBecause(Altered, err, "the wrapped key begins with no point of the curve")
	}
	fileKey := smUnwrap(body, identities)
	if fileKey == nil {
		return nil, refuse(WrongReceiver, "it isn't encrypted to this node's key")
	}
	is, err := smMAC(fileKey, header[:bytes.LastIndex(header, []byte("---"))+3])
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(said, is) {
		return nil, refuse(Altered, "the header of its envelope was changed")
	}
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(b, nonce); err != nil {
		return nil, spoiled(err, file)
	}
	aead, err := smPayload(fileKey, nonce)
	if err != nil {
		return nil, err
	}
	return &smReader{file: b, aead: aead, sealed: make([]byte, ageChunk+16)}, nil
}

func smUnwrap(body []byte, identities []*sm2.PrivateKey) []byte {
	for _, k := range identities {
		if fileKey, err := sm2.Decrypt(k, body); err == nil {
			return fileKey
		}
	}
	return nil
}

type smReader struct {
	file   *bufio.Reader
	aead   cipher.AEAD
	sealed []byte
	plain  []byte // opened and not read yet
	count  uint64
	ended  error // io.EOF, or what was wrong
}

func (r *smReader) Read(p []byte) (int, error) {
	for len(r.plain) == 0 {
		if r.ended != nil {
			return 0, r.ended
		}
		r.plain, r.ended = r.next()
	}
	n := copy(p, r.plain)
	r.plain = r.plain[n:]
	return n, nil
}

var errChunk = errors.New("a chunk isn't authentic")

// next opens one chunk. Whether it is the last one, what follows it tells.
func (r *smReader) next() ([]byte, error) {
	n, err := io.ReadFull(r.file, r.sealed)
	if err != nil && err != io.ErrUnexpectedEOF {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF // it ended without a last chunk
		}
		return nil, err
	}
	last := n < len(r.sealed)
	if !last {
		if _, err := r.file.Peek(1); err == io.EOF {
			last = true
		} else if err != nil {
			return nil, err
		}
	}
	plain, err := r.aead.Open(r.sealed[:0], smNonce(r.count, last), r.sealed[:n], nil)
	if err != nil || len(plain) == 0 && r.count > 0 {
		return nil, errChunk
	}
	r.count++
	if last {
		return plain, io.EOF
	}
	return plain, nil
}
