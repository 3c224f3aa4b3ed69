// Verifies bundles of the exchange between zones. Written from
// docs/exchange-format.md and from nothing else; it shares no code with what
// makes bundles. Needs Node 20 or later, and nothing that isn't in it.
//
//   node verifier/verify.mjs FILE.bundle --keys DIR   a bundle, as the node with these keys sees it
//   node verifier/verify.mjs FILE.bundle              a vector, with its manifest beside it
//   node verifier/verify.mjs --all docs/vectors       all vectors
//
// The national suite isn't read here: Node has neither SM4-GCM nor SM2's Z value.
// Exit status: 0 genuine (or all vectors agree), 1 refused (or one disagrees),
// 2 it can't be asked that way, 3 a file that it names is missing.

import { createDecipheriv, createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, hkdfSync, verify } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { inflateRawSync } from 'node:zlib'

// ---- Refusals (section 9)

class Refused extends Error {}

const refuse = (reason, detail) => { throw Object.assign(new Refused(detail), { reason }) }

const sentences = {
	wrong_receiver: 'it is for somebody else', wrong_stream: 'there is no such stream', not_pinned: 'its sender is not known here',
	bad_signature: 'it is not signed by the sender that is known here', altered: 'it was changed or cut off, or is no bundle',
	truncated: 'it ends too early', too_large: 'it is larger than a receiver takes', unknown_version: 'it is of a format that this program does not know',
	repeated: 'it was applied already, which is harmless', gap: 'an earlier one is missing, for which it waits',
	forked: 'it does not follow what was applied before', wrong_suite: 'it is of a suite that was not agreed to',
}

// Section 8.
const limits = { file: 33554432, inner: 67108864, records: 100000, files: 10000, oneFile: 67108864, fileBytes: 268435456 }
const headerLimit = 1048576
const streams = ['internet-office', 'office-internet', 'office-passport', 'passport-office']

// ---- Bytes and texts

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest()

const hex = bytes => bytes.toString('hex')
const zeros = '0'.repeat(64)
const isHex = (s, bytes) => typeof s === 'string' && s.length === 2 * bytes && /^[0-9a-f]*$/.test(s)
const isNumber = n => Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0)
const utf8 = bytes => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)

/** base64 in its one canonical spelling and of so many bytes; else null. */
function base64(text, bytes, padded) {
	if (typeof text !== 'string') return null
	const out = Buffer.from(text, 'base64')
	const again = out.toString('base64')
	return out.length === bytes && text === (padded ? again : again.replace(/=+$/, '')) ? out : null
}

const bech32Alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

function bech32Check(prefix, groups) {
	const letters = [...prefix].map(c => c.charCodeAt(0))
	let check = 1
	for (const v of [...letters.map(c => c >> 5), 0, ...letters.map(c => c & 31), ...groups]) {
		const top = check >>> 25
		check = ((check & 0x1ffffff) << 5) ^ v
		for (const [i, g] of [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].entries()) {
			if ((top >> i) & 1) check ^= g
		}
	}
	return check
}

/** The 32 bytes of a text in Bech32 (BIP 173), or null. */
function fromBech32(prefix, text) {
	if (typeof text !== 'string' || (text !== text.toLowerCase() && text !== text.toUpperCase())) return null
	const small = text.toLowerCase()
	if (!small.startsWith(`${prefix}1`)) return null
	const groups = [...small.slice(prefix.length + 1)].map(c => bech32Alphabet.indexOf(c))
	if (groups.length !== 58 || groups.includes(-1) || bech32Check(prefix, groups) !== 1) return null
	const bits = groups.slice(0, 52).map(g => g.toString(2).padStart(5, '0')).join('')
	if (bits.slice(256) !== '0000') return null
	return Buffer.from(bits.slice(0, 256).match(/.{8}/g).map(b => parseInt(b, 2)))
}

function toBech32(prefix, bytes) {
	const bits = [...bytes].map(b => b.toString(2).padStart(8, '0')).join('') + '0000'
	const groups = bits.match(/.{5}/g).map(b => parseInt(b, 2))
	const check = bech32Check(prefix, [...groups, 0, 0, 0, 0, 0, 0]) ^ 1
	for (let i = 5; i >= 0; i--) groups.push((check >> (5 * i)) & 31)
	return `${prefix}1${groups.map(g => bech32Alphabet[g]).join('')}`
}

// ---- Keys (section 11)

const der = {
	x25519Private: Buffer.from('302e020100300506032b656e04220420', 'hex'),
	x25519Public: Buffer.from('302a300506032b656e032100', 'hex'),
	ed25519Public: Buffer.from('302a300506032b6570032100', 'hex'),
}

const publicKey = (prefix, bytes) => createPublicKey({ key: Buffer.concat([prefix, bytes]), format: 'der', type: 'spki' })
const keyID = bytes => hex(sha256(bytes)).slice(0, 16)

/** Who reads: its zone, its key to decrypt with, and the key's id. */
function receiver(zone, identity) {
	const scalar = fromBech32('age-secret-key-', identity)
	if (!scalar) throw new Error('the secret key of the receiver cannot be read')
	const secret = createPrivateKey({ key: Buffer.concat([der.x25519Private, scalar]), format: 'der', type: 'pkcs8' })
	const open = Buffer.from(createPublicKey(secret).export({ format: 'jwk' }).x, 'base64url')
	return { zone, secret, open, id: keyID(Buffer.from(toBech32('age', open))) }
}

/** A zone's public half as `yitang pair` writes it; its signing key in hex. */
function readCard(card) {
	const signing = base64(card.signing, 32, true)
	const proof = base64(card.proof, 64, true)
	const layout = card.format === 'yitang.public/1' && isMoment(String(card.created).replace(/Z$/, '.000000Z')) && fromBech32('age', card.recipient)
	if (!layout || !signing || !proof) throw new Error(`the public key of the ${card.zone} zone cannot be read`)
	const statement = [card.format, card.zone, card.created, hex(signing), card.recipient, ''].join('\n')
	const bits = [...sha256(statement).subarray(0, 20)].map(b => b.toString(2).padStart(8, '0')).join('')
	const spoken = bits.match(/.{5}/g).map(b => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[parseInt(b, 2)]).join('')
	if (card.fingerprint !== spoken.match(/.{4}/g).join('-')) throw new Error(`the fingerprint of the ${card.zone} zone is another`)
	if (!verify(null, Buffer.from(statement), publicKey(der.ed25519Public, signing), proof)) {
		throw new Error(`the public key of the ${card.zone} zone does not carry its own signature`)
	}
	return hex(signing)
}

// ---- The envelope (section 3; steps 1 to 6)

const opening = 'age-encryption.org/v1\n'
const layout = /^age-encryption\.org\/v1\n-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n--- ([A-Za-z0-9+/]{43})\n$/
const chunkSize = 65536
const hkdf = (secret, salt, info) => Buffer.from(hkdfSync('sha256', secret, salt, info, 32))
const sealedSize = n => 184 + n + 16 * Math.max(1, Math.ceil(n / chunkSize))

/** Opens ChaCha20-Poly1305, or gives null. */
function unlock(key, nonce, sealed) {
	if (sealed.length < 16) return null
	const d = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
	d.setAuthTag(sealed.subarray(-16))
	const out = d.update(sealed.subarray(0, -16))
	try {
		d.final()
		return out
	} catch {
		return null
	}
}

function decrypt(file, to) {
	const begin = file.subarray(0, opening.length).toString('latin1')
	if (begin.startsWith('yitang.envelope.sm/')) refuse('unknown_version', 'it is of the national suite, which is not read here')
	if (!opening.startsWith(begin)) refuse('altered', 'it is not an encrypted file')
	if (file.length < 200) refuse('truncated', `it has ${file.length} bytes`)
	const header = file.subarray(0, 168).toString('latin1')
	const parts = layout.exec(header)
	if (!parts) refuse('altered', 'its envelope is not for one recipient')
	const [ephemeral, body, mac] = parts.slice(1).map(t => base64(t, 32, false))
	if (!ephemeral || !body || !mac) refuse('altered', 'its envelope has untidy base64')

	let share
	try {
		share = diffieHellman({ privateKey: to.secret, publicKey: publicKey(der.x25519Public, ephemeral) })
	} catch {
		refuse('altered', 'its ephemeral key shares nothing')
	}
	if (share.every(b => b === 0)) refuse('altered', 'its ephemeral key shares nothing')
	const wrap = hkdf(share, Buffer.concat([ephemeral, to.open]), 'age-encryption.org/v1/X25519')
	const fileKey = unlock(wrap, Buffer.alloc(12), body)
	if (!fileKey) refuse('wrong_receiver', 'it is encrypted to another key')
	const said = createHmac('sha256', hkdf(fileKey, '', 'header')).update(header.slice(0, header.lastIndexOf('---') + 3)).digest()
	if (!said.equals(mac)) refuse('altered', 'the header of its envelope was changed')

	const key = hkdf(fileKey, file.subarray(168, 184), 'payload')
	const payload = file.subarray(184)
	const out = []
	for (let i = 0, at = 0; ; i++) {
		const piece = payload.subarray(at, at + chunkSize + 16)
		at += piece.length
		const last = at === payload.length
		const nonce = Buffer.alloc(12)
		nonce.writeUIntBE(i, 5, 6)
		nonce[11] = last ? 1 : 0
		const plain = unlock(key, nonce, piece)
		if (!plain || (plain.length === 0 && i > 0)) refuse('altered', `chunk ${i} of its envelope is not authentic`)
		out.push(plain)
		if (last) return Buffer.concat(out)
	}
}

// ---- Unpacking (section 4; steps 7 and 8)

function unpack(packed, max) {
	try {
		const { buffer, engine } = inflateRawSync(packed, { maxOutputLength: max + 64, info: true })
		if (engine.bytesWritten !== packed.length) refuse('altered', 'something follows the packed text')
		return buffer
	} catch (err) {
		if (err.code === 'ERR_BUFFER_TOO_LARGE') refuse('too_large', `it unpacks to more than ${max} bytes`)
		if (err instanceof Refused) throw err
		return refuse('altered', `it does not unpack: ${err.message}`)
	}
}

// ---- The inner bundle (sections 5 and 6; steps 9 to 25)

const momentLayout = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/

function isMoment(text) {
	if (typeof text !== 'string' || !momentLayout.test(text)) return false
	const t = Date.parse(`${text.slice(0, 23)}Z`)
	return !Number.isNaN(t) && new Date(t).toISOString() === `${text.slice(0, 23)}Z`
}

/** A header's one text. */
function headerText(h) {
	return JSON.stringify({
		suite: h.suite, stream: { from: h.stream.from, to: h.stream.to }, epoch: h.epoch, sequence: h.sequence, previous: h.previous,
		first: h.first, last: h.last, head: { position: h.head.position, chain: h.head.chain }, asOf: h.asOf, policy: h.policy,
		signer: h.signer, receiver: h.receiver, files: h.files.map(f => ({ digest: f.digest, size: f.size })), records: h.records, length: h.length,
	})
}

/** What is wrong with a header that is JSON; '' when nothing is. */
function headerFlaw(h) {
	const matches = (s, re) => typeof s === 'string' && re.test(s)
	if (![h.epoch, h.sequence, h.first, h.last, h.head.position, h.records, h.length].every(isNumber)) return 'a number is none, or out of range'
	if (!matches(h.stream.from, /^[a-z]{1,16}$/) || !matches(h.stream.to, /^[a-z]{1,16}$/)) return 'its zones have no names'
	if (h.epoch < 1 || h.sequence < 1) return 'epochs and bundles are counted from 1'
	if (!isHex(h.previous, 32) || !isHex(h.head.chain, 32)) return 'a hash is none'
	if ((h.sequence === 1) !== (h.previous === zeros)) return 'the first of an epoch, and no other, has none before it'
	if (h.first < 1 || h.last < h.first - 1) return 'its run of events ends before it begins'
	if (h.head.position !== h.last || (h.last === 0 && h.head.chain !== zeros)) return 'its head is not at its last event'
	if (!isMoment(h.asOf)) return 'its moment is none'
	if (!matches(h.policy, /^[0-9A-Za-z._/-]{0,64}$/) || !isHex(h.signer, 8) || !isHex(h.receiver, 8)) return 'policy, signer or receiver is no name of one'
	for (const [i, f] of h.files.entries()) {
		if (!isHex(f.digest, 32) || !isNumber(f.size) || f.size < 1) return 'a file is no file'
		if (i > 0 && h.files[i - 1].digest >= f.digest) return 'its files are not in the order of their digests'
	}
	return ''
}

function readHeader(inner, max) {
	const begin = inner.subarray(0, 16).toString('latin1')
	if (begin !== 'yitang.bundle/1\n') {
		if (begin.startsWith('yitang.bundle/')) refuse('unknown_version', 'its first line names another version')
		refuse('altered', 'it does not begin as a bundle does')
	}
	const room = inner.length - 16 - 4 - 32
	if (room < 0 || inner.readUInt32BE(16) > room) refuse('altered', 'its header is cut off')
	const length = inner.readUInt32BE(16)
	if (length > headerLimit) refuse('too_large', `its header has ${length} bytes`)
	const bytes = inner.subarray(20, 20 + length)
	const first = bytes.toString('latin1')
	const named = first.startsWith('{"suite":"') ? first.slice(10, 10 + 64).indexOf('"') : -1
	if (named < 0) refuse('altered', 'its header does not begin with a suite')
	if (first.slice(10, 10 + named) !== 'international/1') refuse('unknown_version', `its suite is ${first.slice(10, 10 + named)}`)
	let h
	let flaw
	try {
		const text = utf8(bytes)
		h = JSON.parse(text)
		flaw = headerText(h) === text ? headerFlaw(h) : 'its header is not written in the one way'
	} catch (err) {
		flaw = `its header cannot be read: ${err.message}`
	}
	if (flaw) refuse('altered', flaw)
	if (h.length > max.inner || h.records > max.records || h.files.length > max.files) refuse('too_large', 'its header says so')
	if (h.files.some(f => f.size > max.oneFile) || h.files.reduce((sum, f) => sum + f.size, 0) > max.fileBytes) refuse('too_large', 'its files are')
	return { h, rest: inner.subarray(20 + length) }
}

function merkleRoot(leaves) {
	if (leaves.length === 0) return sha256()
	if (leaves.length === 1) return leaves[0]
	let k = 1
	while (k * 2 < leaves.length) k *= 2
	return sha256(Buffer.of(1), merkleRoot(leaves.slice(0, k)), merkleRoot(leaves.slice(k)))
}

const payloadType = 'application/vnd.yitang.bundle.v1'

function readSigned(all, to, pinned, max) {
	if (all.length < 64) refuse('truncated', 'it is too short for a signature')
	const inner = all.subarray(0, -64)
	const { h, rest } = readHeader(inner, max)
	if (h.stream.to !== to.zone) refuse('wrong_receiver', `it is for the ${h.stream.to} zone, this is ${to.zone}`)
	if (!streams.includes(`${h.stream.from}-${h.stream.to}`)) refuse('wrong_stream', `there is no stream from ${h.stream.from} to ${h.stream.to}`)
	if (h.receiver !== to.id) refuse('wrong_receiver', `it was made for the key ${h.receiver}`)
	if (!Object.hasOwn(pinned, h.stream.from)) refuse('not_pinned', `no key of the ${h.stream.from} zone is pinned`)
	const signing = Buffer.from(pinned[h.stream.from], 'hex')
	if (h.signer !== keyID(signing)) refuse('bad_signature', `it names the key ${h.signer}, and ${keyID(signing)} is pinned`)
	const signed = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${inner.length} `), inner])
	if (!verify(null, signed, publicKey(der.ed25519Public, signing), all.subarray(-64))) refuse('bad_signature', 'the signature does not fit')

	if (h.length !== inner.length) refuse('altered', `it has ${inner.length} bytes and says ${h.length}`)
	const records = []
	let at = 0
	while (rest.length - at > 32) {
		const room = rest.length - at - 4 - 32
		const n = room < 1 ? 0 : rest.readUInt32BE(at)
		if (n < 1 || n > room) refuse('altered', `record ${records.length} does not fit`)
		records.push(rest.subarray(at + 4, at + 4 + n))
		if (records.length > h.records) refuse('altered', `it has more records than the ${h.records} that it says`)
		at += 4 + n
	}
	if (records.length !== h.records) refuse('altered', `it has ${records.length} records and says ${h.records}`)
	if (!merkleRoot(records.map(r => sha256(Buffer.of(0), r))).equals(rest.subarray(at))) refuse('altered', 'the Merkle root does not fit the records')
	return { header: h, records, digest: hex(sha256(inner)) }
}

// ---- Order (section 10; step 26)

function inOrder(h, at) {
	if (h.epoch < at.epoch || (h.epoch === at.epoch && h.sequence <= at.sequence)) refuse('repeated', `${at.sequence} of epoch ${at.epoch} is applied`)
	const anew = h.epoch > at.epoch
	const next = anew ? 1 : at.sequence + 1
	if (h.sequence !== next) refuse('gap', `number ${next} of epoch ${h.epoch} is missing`)
	const [before, last] = anew ? [zeros, 0] : [at.digest, at.last]
	if (h.previous !== before || h.first !== last + 1) refuse('forked', `number ${h.sequence} does not continue what was applied`)
}

// ---- Files beside it (steps 28 and 29)

function readPart(file, named, to) {
	if (file.length > sealedSize(named.size)) refuse('altered', `file ${named.digest} is too long`)
	let plain
	try {
		plain = decrypt(file, to)
	} catch (err) {
		if (!(err instanceof Refused)) throw err
		refuse('altered', `file ${named.digest}: ${err.message}`)
	}
	if (plain.length !== named.size || hex(sha256(plain)) !== named.digest) refuse('altered', `file ${named.digest} is another one`)
}

// ---- Records (section 7). Texts are kept as one character for each byte, so
// that the bytes of a value can be hashed as they stand.

const blanks = ' \t\n\r'

/** Where the value that begins at i ends. The text is known to be JSON. */
function endOf(text, i) {
	let depth = 0
	for (; i < text.length; i++) {
		const c = text[i]
		if (blanks.includes(c)) throw new Error('a blank stands between')
		if (c === '"') {
			for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++
			if (depth === 0) return i + 1
		} else if (c === '{' || c === '[') depth++
		else if (c === '}' || c === ']' || c === ',') {
			if (depth === 0) return i
			if (c !== ',' && --depth === 0) return i + 1
		}
	}
	return i
}

/** The members of an object as pairs of texts. */
function members(text) {
	if (text[0] !== '{') throw new Error('no object stands where one should')
	const out = []
	for (let i = 1; text[i] !== '}'; ) {
		const name = endOf(text, i)
		const value = endOf(text, name + 1)
		out.push([JSON.parse(text.slice(i, name)), text.slice(name + 1, value), text.slice(i, name)])
		i = text[value] === ',' ? value + 1 : value
	}
	return out
}

/** The members of an object that must have these names, in this order. */
function membersNamed(text, ...names) {
	const all = members(text)
	if (all.length !== names.length || all.some(([name], i) => name !== names[i])) throw new Error(`its members are not ${names.join(', ')}`)
	return all.map(([, value]) => value)
}

/** A text that is escaped only where JSON demands it. */
function textOf(raw) {
	const written = Buffer.from(raw, 'latin1').toString('utf8')
	const text = JSON.parse(written)
	if (typeof text !== 'string' || !text.isWellFormed()) throw new Error(`${written} is no text`)
	const again = JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
	if (again !== written) throw new Error(`${written} is not written in the one way`)
	return text
}

function numberOf(raw) {
	if (!/^(0|[1-9]\d*)$/.test(raw) || !isNumber(Number(raw))) throw new Error(`${raw} is no number`)
	return Number(raw)
}

function bytesOf(raw, n) {
	const out = base64(JSON.parse(raw), n, true)
	if (!out || raw !== JSON.stringify(out.toString('base64'))) throw new Error(`there are no ${n} bytes in base64`)
	return out
}

function checkEvent(body, stream) {
	JSON.parse(utf8(body))
	const [header, fields, digest] = membersNamed(body.toString('latin1'), 'header', 'fields', 'digest')
	const names = ['id', 'origin', 'from', 'subject', 'version', 'kind', 'kindVersion', 'at', 'actor']
	if (members(header).length > names.length) names.push('cause')
	const values = membersNamed(header, ...names)
	const said = {}
	for (const [i, name] of names.entries()) said[name] = ['from', 'version', 'kindVersion', 'at'].includes(name) ? numberOf(values[i]) : textOf(values[i])
	if (said.cause === '') throw new Error('an empty cause is left out')
	if (said.origin !== stream.from && stream.from !== 'office') throw new Error(`the ${stream.from} zone may not speak for the ${said.origin} zone`)
	if (said.origin === stream.to) throw new Error('it claims to be the receiver\'s own')
	if (/^[^/]*\/(\/|$)|^[^/]*\/[^/]*\/$/.test(said.actor)) throw new Error('its actor has an empty part')
	if (!said.subject.includes('/')) throw new Error('its subject is none')

	const sum = createHash('sha256').update(`yitang.event/1\n${header.length}:`).update(header, 'latin1')
	let before = null
	for (const [, value, raw] of members(fields)) {
		const name = Buffer.from(textOf(raw))
		if (before && Buffer.compare(before, name) >= 0) throw new Error('its fields are not in the order of their names')
		before = name
		let commitment
		if (members(value).length === 1) commitment = bytesOf(membersNamed(value, 'h')[0], 32)
		else {
			const [salt, v] = membersNamed(value, 's', 'v')
			commitment = sha256(`yitang.field/1\n${name.length}:`, name, bytesOf(salt, 16), Buffer.from(v, 'latin1'))
		}
		sum.update(`${name.length}:`).update(name).update(commitment)
	}
	if (!sum.digest().equals(bytesOf(digest, 32))) throw new Error('its digest does not fit its content')
}

function checkReceipt(body, stream, sent) {
	const text = utf8(body)
	const r = JSON.parse(text)
	const again = JSON.stringify({
		stream: { from: r.stream.from, to: r.stream.to }, epoch: r.epoch, sequence: r.sequence, bundle: r.bundle,
		head: { position: r.head.position, chain: r.head.chain }, at: r.at,
	})
	if (again !== text || !isHex(r.bundle, 32) || !isHex(r.head.chain, 32) || !isMoment(r.at)) throw new Error('it is not written in the one way')
	if (![r.epoch, r.sequence, r.head.position].every(isNumber) || r.epoch < 1 || r.sequence < 1) throw new Error('a number is none')
	if (r.stream.from !== stream.to || r.stream.to !== stream.from) throw new Error('it is for another stream')
	if (!sent) return
	const was = sent.find(s => s.epoch === r.epoch && s.sequence === r.sequence)
	if (!was) throw new Error('what it acknowledges was never sent')
	if (was.bundle !== r.bundle || was.position !== r.head.position || was.chain !== r.head.chain) throw new Error('it contradicts what was sent: one of two histories was changed')
}

function checkKey(body, stream) {
	const text = utf8(body)
	const { format, zone, created, signing, recipient, fingerprint, proof } = JSON.parse(text)
	if (JSON.stringify({ format, zone, created, signing, recipient, fingerprint, proof }) !== text) throw new Error('it is not written in the one way')
	if (zone !== stream.from) throw new Error(`the ${stream.from} zone may not speak for the ${zone} zone`)
	readCard({ format, zone, created, signing, recipient, fingerprint, proof })
}

function checkNotice(body, h) {
	const text = utf8(body)
	const { suite, stream, epoch } = JSON.parse(text)
	if (JSON.stringify({ suite, stream: { from: stream.from, to: stream.to }, epoch }) !== text) throw new Error('it is not written in the one way')
	if (!['international/1', 'national/1'].includes(suite) || !isNumber(epoch)) throw new Error('it names no suite, or no epoch')
	const own = stream.from === h.stream.from && stream.to === h.stream.to
	if (!own && (stream.from !== h.stream.to || stream.to !== h.stream.from)) throw new Error('it is for another stream')
	if (own && (h.sequence !== 1 || epoch !== h.epoch || suite !== h.suite)) throw new Error('it is not so of this bundle')
	return own
}

/** Step 27: a bundle of another suite than its stream's. */
function inSuite(b, { now, agreed }, at) {
	if (b.header.suite === now) return
	if (b.header.epoch === at.epoch || b.header.suite !== agreed) refuse('wrong_suite', `the stream is in ${now}`)
	const first = b.records[0]
	if (!first || first[0] !== 0x53 || recordFlaw(first, b.header) || !checkNotice(first.subarray(1), b.header)) refuse('wrong_suite', 'it changes the suite and does not say so')
}

/** Why a record is set aside, or ''. */
function recordFlaw(record, h, sent) {
	try {
		const type = record[0]
		if (type === 0x45) checkEvent(record.subarray(1), h.stream)
		else if (type === 0x52) checkReceipt(record.subarray(1), h.stream, sent)
		else if (type === 0x4b) checkKey(record.subarray(1), h.stream)
		else if (type === 0x53) checkNotice(record.subarray(1), h)
		else return 'its type is unknown'
		return ''
	} catch (err) {
		return err.message
	}
}

// ---- All of it

/** What is to be said of a file; `ask` is laid out as a vector's manifest. */
function verdict(file, ask, part) {
	try {
		const max = ask.limits ?? limits
		const to = receiver(ask.receiver.zone, ask.receiver.identity)
		let all = file
		if (!ask.file.endsWith('.signed')) {
			if (file.length > max.file) refuse('too_large', `the file has ${file.length} bytes`)
			all = unpack(decrypt(file, to), max.inner)
		}
		const b = readSigned(all, to, ask.pinned, max)
		if (ask.after) inOrder(b.header, ask.after)
		if (ask.suite) inSuite(b, ask.suite, ask.after)
		const missing = ask.parts ? b.header.files.filter(f => !Object.hasOwn(ask.parts, f.digest)) : []
		if (ask.parts && missing.length === 0) for (const f of b.header.files) readPart(part(ask.parts[f.digest]), f, to)
		const flaws = b.records.map(r => recordFlaw(r, b.header, ask.sent))
		const aside = flaws.flatMap((flaw, i) => (flaw ? [i] : []))
		const { epoch, sequence } = b.header
		return { result: missing.length > 0 ? 'waiting' : 'ok', digest: b.digest, epoch, sequence, records: b.records.length, aside, header: b.header, missing, flaws }
	} catch (err) {
		if (!(err instanceof Refused)) throw err
		return { result: 'refused', reason: err.reason, detail: err.message }
	}
}

function tell(name, v) {
	if (v.result === 'refused') {
		console.log(`${name} is refused (${v.reason}): ${sentences[v.reason]}. ${v.detail[0].toUpperCase()}${v.detail.slice(1)}.`)
		return 1
	}
	const h = v.header
	console.log(`${name} is genuine: number ${h.sequence} of epoch ${h.epoch} from the ${h.stream.from} zone to the ${h.stream.to} zone, ${v.records} records, as of ${h.asOf}.`)
	console.log(`Its digest is ${v.digest}.`)
	for (const i of v.aside) console.log(`Record ${i} would be set aside: ${v.flaws[i]}.`)
	for (const f of v.missing) console.log(`It waits for the file ${f.digest} (${f.size} bytes), which is not beside it.`)
	return v.missing.length > 0 ? 3 : 0
}

const readJSON = path => JSON.parse(readFileSync(path, 'utf8'))

function asVector(path) {
	const ask = readJSON(path)
	if (ask.format !== 'yitang.vector/1') throw new Error(`${path} is no manifest of a vector`)
	const dir = dirname(path)
	return { ask, v: verdict(readFileSync(join(dir, ask.file)), ask, name => readFileSync(join(dir, name))) }
}

/** A bundle as the node with these keys sees it; parts are looked for beside it. */
function asNode(path, keys) {
	const own = readJSON(join(keys, 'node.json'))
	const pinned = {}
	for (const zone of ['internet', 'office', 'passport']) {
		const card = join(keys, 'peers', `${zone}.json`)
		if (existsSync(card)) pinned[zone] = readCard(readJSON(card))
	}
	const dir = dirname(path)
	const parts = {}
	const begin = basename(path).replace(/bundle$/, '')
	for (const name of readdirSync(dir)) {
		if (name.startsWith(begin) && name.endsWith('.part')) parts[name.slice(begin.length, -5)] = name
	}
	const file = readFileSync(path)
	let v
	for (const { age } of [own, ...(own.earlier ?? [])]) {
		v = verdict(file, { file: basename(path), receiver: { zone: own.zone, identity: age }, pinned, parts }, name => readFileSync(join(dir, name)))
		if (v.reason !== 'wrong_receiver') break
	}
	return v
}

function all(dir) {
	let [count, wrong, unread] = [0, 0, 0]
	for (const kind of ['good', 'bad']) {
		for (const name of readdirSync(join(dir, kind)).filter(n => n.endsWith('.json')).sort()) {
			const { ask, v } = asVector(join(dir, kind, name))
			const want = { reason: undefined, digest: undefined, epoch: undefined, sequence: undefined, records: undefined, aside: [], ...ask.expect }
			const differs = Object.keys(want).filter(k => JSON.stringify(want[k]) !== JSON.stringify(k === 'aside' ? v.aside ?? [] : v[k]))
			count++
			const known = !ask.needs || ask.needs === 'international/1'
			if (!known) unread++
			if (!known || differs.length === 0) continue
			wrong++
			console.log(`${kind}/${name}: ${differs.map(k => `${k} is ${JSON.stringify(v[k])}, published as ${JSON.stringify(want[k])}`).join('; ')}. ${v.detail ?? v.flaws.filter(Boolean).join('; ')} (${ask.why})`)
		}
	}
	if (unread > 0) console.log(`${unread} vectors of the national suite are not read here.`)
	console.log(wrong === 0 ? `${count} vectors, and this reader agrees on all of them that it reads.` : `${count} vectors, and this reader disagrees on ${wrong}.`)
	return wrong === 0 && count > 0 ? 0 : 1
}

function main(args) {
	const usage = 'usage: node verifier/verify.mjs FILE.bundle [--keys DIR] | FILE.json | --all DIR'
	try {
		if (args.length === 2 && args[0] === '--all') return all(args[1])
		if (args.length === 3 && args[1] === '--keys') return tell(args[0], asNode(args[0], args[2]))
		if (args.length === 1 && !args[0].startsWith('--')) {
			const manifest = args[0].replace(/\.(bundle|signed)$/, '.json')
			if (manifest.endsWith('.json') && existsSync(manifest)) return tell(args[0], asVector(manifest).v)
			console.error(`Say with --keys whose bundle it is: a node's folder of keys. ${usage}`)
			return 2
		}
		console.error(usage)
	} catch (err) {
		console.error(err.message)
	}
	return 2
}

process.exitCode = main(process.argv.slice(2))
