// Package page turns a position in a sorted list into an opaque cursor and back.
//
// A cursor is signed and bound to the filter of its list, so a client can
// return it, but can neither change it nor take it to another list. It is
// URL-safe and at most [MaxLen] bytes long.
//
// A cursor is not encrypted: a client can read the position in it. It does not
// expire and gives no authorization: whoever answers the next page checks the
// caller as for the first one.
//
// The package reads no database and writes no HTTP.
package page

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// MaxLen is the length in bytes of the longest cursor that [Encode] produces
// and [Decode] accepts.
const MaxLen = 512

// A cursor is the base64 text of: version, position as JSON, MAC.
const (
	version = 1  // first byte; another layout gets another number
	macSize = 16 // HMAC-SHA256 truncated, as RFC 2104, section 5 allows
	minKey  = 32

	maxJSON = MaxLen/4*3 - 1 - macSize
)

// ErrInvalid reports text that is not a cursor of this codec and filter. It
// does not say what is wrong with it, because only a forger could use that.
var ErrInvalid = errors.New("page: invalid cursor")

// alphabet refuses trailing bits; line breaks, which it skips, Decode refuses.
var alphabet = base64.RawURLEncoding.Strict()

// Config configures a [Codec].
type Config struct {
	Key []byte // signing key, at least 32 random bytes that nothing else uses; required
}

// A Codec signs cursors and checks their signatures. It is made by [New] and
// is safe for concurrent use. Codecs with one key read each other's cursors.
type Codec struct {
	key []byte
}

// New returns a Codec that keeps a copy of the key, or an error that says what
// is wrong with cfg.
func New(cfg Config) (*Codec, error) {
	if n := len(cfg.Key); n < minKey {
		return nil, fmt.Errorf("page: Key has %d bytes, want %d or more", n, minKey)
	}
	return &Codec{key: bytes.Clone(cfg.Key)}, nil
}

// Encode returns a cursor for position in the list that filter selects.
//
// T must come back unchanged from encoding/json. The filter is everything that
// decides which list this is, such as its name and the customer; it is not in
// the cursor and may have any length. Encode returns an error if position has
// no JSON form or one too long for [MaxLen].
func Encode[T any](c *Codec, position T, filter string) (string, error) {
	payload, err := json.Marshal(position)
	if err != nil {
		return "", fmt.Errorf("page: encode position: %v", err)
	}
	if n := len(payload); n > maxJSON {
		return "", fmt.Errorf("page: encode position: %d bytes of JSON, want %d or fewer", n, maxJSON)
	}
	return c.seal(payload, filter), nil
}

// Decode returns the position in a cursor that [Encode] made with the same key,
// filter and type of position. It returns [ErrInvalid] for every other text, also
// when the type has changed its JSON form since.
func Decode[T any](c *Codec, cursor, filter string) (T, error) {
	var position, none T
	payload, ok := c.open(cursor, filter)
	if !ok {
		return none, ErrInvalid
	}
	if err := json.Unmarshal(payload, &position); err != nil {
		return none, ErrInvalid
	}
	// A field that was renamed since would be a silent zero: a wrong page.
	if again, err := json.Marshal(position); err != nil || !bytes.Equal(again, payload) {
		return none, ErrInvalid
	}
	return position, nil
}

// seal returns the cursor that carries payload.
func (c *Codec) seal(payload []byte, filter string) string {
	raw := make([]byte, 0, 1+len(payload)+macSize)
	raw = append(raw, version)
	raw = append(raw, payload...)
	mac := c.mac(raw, filter)
	return alphabet.EncodeToString(append(raw, mac[:]...))
}

// open returns the payload of a cursor that seal returned for filter.
func (c *Codec) open(cursor, filter string) (payload []byte, ok bool) {
	if len(cursor) > MaxLen {
		return nil, false
	}
	raw, err := alphabet.DecodeString(cursor)
	if err != nil || len(raw) < 1+macSize || raw[0] != version {
		return nil, false
	}
	if alphabet.EncodedLen(len(raw)) != len(cursor) { // it had line breaks
		return nil, false
	}
	signed, got := raw[:len(raw)-macSize], raw[len(raw)-macSize:]
	want := c.mac(signed, filter)
	if !hmac.Equal(got, want[:]) {
		return nil, false
	}
	return signed[1:], true
}

// mac signs the version and payload together with the filter. The filter's
// length comes first, so that no two pairs give the same input.
func (c *Codec) mac(signed []byte, filter string) [macSize]byte {
	var full [sha256.Size]byte
	h := hmac.New(sha256.New, c.key)
	binary.BigEndian.PutUint64(full[:8], uint64(len(filter)))
	h.Write(full[:8])
	h.Write([]byte(filter))
	h.Write(signed)
	h.Sum(full[:0])
	return [macSize]byte(full[:macSize])
}
