package harbor

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"time"
)

// idLen is the length of an OrderID as text.
const idLen = 36

var errNotUUID = errors.New("order ID is not a UUID in the form 8-4-4-4-12")

// An OrderID is a UUID. Its text form is 8-4-4-4-12 hexadecimal digits; it is
// written in lower case and read in either case.
// Source: RFC 9562, section 4.
type OrderID [16]byte

// NewOrderID returns a version 7 UUID for an order made at now, which is in the
// years 1970 to 10889. IDs of different milliseconds sort by time.
// Source: RFC 9562, section 5.7.
func NewOrderID(now time.Time) OrderID {
	var id OrderID
	binary.BigEndian.PutUint64(id[:8], uint64(now.UnixMilli())<<16)
	rand.Read(id[6:])         // never returns an error
	id[6] = 0x70 | id[6]&0x0f // version
	id[8] = 0x80 | id[8]&0x3f // variant
	return id
}

// String returns the text form of id.
func (id OrderID) String() string {
	var text [idLen]byte
	return string(id.put(text[:0]))
}

// MarshalText implements [encoding.TextMarshaler]; it returns no error.
func (id OrderID) MarshalText() ([]byte, error) {
	return id.put(make([]byte, 0, idLen)), nil
}

// AppendText implements [encoding.TextAppender]; it returns no error.
func (id OrderID) AppendText(b []byte) ([]byte, error) {
	return id.put(b), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads a UUID of any
// version and no other form: no braces, no urn:uuid: and no missing hyphens. On
// an error id keeps its value.
func (id *OrderID) UnmarshalText(text []byte) error {
	if len(text) != idLen || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return errNotUUID
	}
	var digits [32]byte
	copy(digits[:8], text[:8])
	copy(digits[8:12], text[9:13])
	copy(digits[12:16], text[14:18])
	copy(digits[16:20], text[19:23])
	copy(digits[20:], text[24:])
	var read OrderID
	if _, err := hex.Decode(read[:], digits[:]); err != nil {
		return errNotUUID
	}
	*id = read
	return nil
}

// put appends the text form of id to b.
func (id OrderID) put(b []byte) []byte {
	b = hex.AppendEncode(b, id[:4])
	b = append(b, '-')
	b = hex.AppendEncode(b, id[4:6])
	b = append(b, '-')
	b = hex.AppendEncode(b, id[6:8])
	b = append(b, '-')
	b = hex.AppendEncode(b, id[8:10])
	b = append(b, '-')
	return hex.AppendEncode(b, id[10:])
}
