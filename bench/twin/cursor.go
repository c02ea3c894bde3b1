package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

const maxCursor = 512 // characters

// A position is a place in a list.
type position struct {
	At time.Time `json:"at"`
	ID uuid.UUID `json:"id"`
}

// cursors signs positions, so that only those of a list are taken for it.
type cursors struct{ key []byte }

func (c cursors) encode(p position, filter string) (string, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("encode cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(c.sign(text, filter), text...)), nil
}

func (c cursors) decode(cursor, filter string) (p position, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) < sha256.Size {
		return p, false
	}
	mac, text := raw[:sha256.Size], raw[sha256.Size:]
	return p, hmac.Equal(mac, c.sign(text, filter)) && json.Unmarshal(text, &p) == nil
}

func (c cursors) sign(text []byte, filter string) []byte {
	h := hmac.New(sha256.New, c.key)
	fmt.Fprintf(h, "%d:%s", len(filter), filter)
	h.Write(text)
	return h.Sum(nil)
}
