package work

import (
	"encoding/hex"
	"errors"
)

const idLen = 36 // of the text form

var errID = errors.New("work: an order ID has the form 8-4-4-4-12 in hexadecimal digits")

// OrderID is a UUID. Its text form is 8-4-4-4-12 hexadecimal digits and no other;
// it is read in either case and written in lower case.
// Source: RFC 9562, section 4.
type OrderID [16]byte

// String returns the text form.
func (id OrderID) String() string {
	var text [idLen]byte
	id.encode(text[:])
	return string(text[:])
}

// AppendText appends the text form to b. The error is always nil.
func (id OrderID) AppendText(b []byte) ([]byte, error) {
	var text [idLen]byte
	id.encode(text[:])
	return append(b, text[:]...), nil
}

// MarshalText returns the text form. The error is always nil.
func (id OrderID) MarshalText() ([]byte, error) {
	text := make([]byte, idLen)
	id.encode(text)
	return text, nil
}

// UnmarshalText reads the text form. It leaves id as it was on an error.
func (id *OrderID) UnmarshalText(text []byte) error {
	if len(text) != idLen || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return errID
	}
	var digits [32]byte
	copy(digits[0:8], text[0:8])
	copy(digits[8:12], text[9:13])
	copy(digits[12:16], text[14:18])
	copy(digits[16:20], text[19:23])
	copy(digits[20:32], text[24:36])
	var read OrderID
	if _, err := hex.Decode(read[:], digits[:]); err != nil {
		return errID
	}
	*id = read
	return nil
}

func (id *OrderID) encode(text []byte) {
	hex.Encode(text[0:8], id[0:4])
	text[8] = '-'
	hex.Encode(text[9:13], id[4:6])
	text[13] = '-'
	hex.Encode(text[14:18], id[6:8])
	text[18] = '-'
	hex.Encode(text[19:23], id[8:10])
	text[23] = '-'
	hex.Encode(text[24:36], id[10:16])
}
