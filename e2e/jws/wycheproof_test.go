package jws_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"testing"

	"github.com/c2sp/wycheproof"

	"github.com/tenonapi/tenon/adapters/jwtauth/jws"
)

// allowed are all algorithms that keys of the vectors may be for.
var allowed = []string{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

// differences are the vectors that are judged otherwise, by their number.
var differences = map[int]string{
	346: "valid, but the key is for PS256 and the token of PS384: a key has one algorithm (RFC 8725, section 3.1)",
	350: "as 346",
	367: "invalid, but the same token as 357, which is valid: the bad padding got lost when the vector was written",
	370: "as 367",
	372: "valid, but the header has a '?', which base64url has not (RFC 7515, section 2; RFC 4648, section 3.3)",
	373: "as 372, in the payload",
}

func TestE6WycheproofVectorsAgree(t *testing.T) {
	text, err := fs.ReadFile(wycheproof.TestVectors, "json_web_signature_test.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		TestGroups []struct {
			Comment         string
			Public, Private json.RawMessage // a secret is private
			Tests           []struct {
				TCID            int `json:"tcId"`
				Comment, Result string
				JWS             json.RawMessage // a string, or the JSON form
			}
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	total, agree := 0, 0
	for _, group := range file.TestGroups {
		key := group.Public
		if key == nil {
			key = group.Private
		}
		for _, vector := range group.Tests {
			var token string
			if json.Unmarshal(vector.JWS, &token) != nil {
				token = string(vector.JWS)
			}
			total++
			err := verify(key, token)
			same := (err == nil) == (vector.Result == "valid")
			if same {
				agree++
			}
			if reason, known := differences[vector.TCID]; same == known {
				t.Errorf("%d, %s %s, is %s: got %v, listed %q", vector.TCID, group.Comment, vector.Comment, vector.Result, err, reason)
			}
		}
	}
	if total != 401 || agree < 395 {
		t.Errorf("%d of %d vectors agree, want 395 of 401", agree, total)
	}
	t.Logf("%d of %d vectors agree", agree, total)
}

// verify reads the key and the token as a service would.
func verify(key []byte, token string) error {
	k, err := jws.ParseKey(key, allowed...)
	if err != nil {
		return err
	}
	parsed, err := jws.Parse(token)
	if err != nil {
		return err
	}
	if parsed.KeyID != "" && parsed.KeyID != k.ID() {
		return fmt.Errorf("the token names another key")
	}
	return parsed.Verify(k)
}
