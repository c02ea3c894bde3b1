package jws_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tenonapi/tenon/adapters/jwtauth/jws"
)

var secret = []byte(strings.Repeat("s", 64))

func b64(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// signed returns header and payload, as they are, with a signature of HS256.
func signed(t testing.TB, header, payload string) string {
	t.Helper()
	input := b64(header) + "." + b64(payload)
	signature, err := jwt.SigningMethodHS256.Sign(input, secret)
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + b64(string(signature))
}

func mustKey(t testing.TB, algorithm string, material any) *jws.Key {
	t.Helper()
	k, err := jws.NewKey("", algorithm, material)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeysOfP521AreKnownByAMisspelling(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := curve.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	text := `{"kty":"EC","crv":"P-521","alg":"ES521","x":"` + b64(string(point[1:67])) + `","y":"` + b64(string(point[67:])) + `"}`
	if k, err := jws.ParseKey([]byte(text), "ES512"); err != nil || k.Algorithm() != "ES512" {
		t.Errorf("got %v, %v", k, err)
	}
	if _, err := jws.NewKey("", "ES521", &curve.PublicKey); err == nil {
		t.Error("ES521 was taken for an algorithm")
	}
}

func TestTokensAreReadAndVerified(t *testing.T) {
	token, err := jws.Parse(signed(t, `{"alg":"HS256","kid":"k","typ":"JWT","jku":"https://evil.example","x":{"y":[1,{"y":null}]}}`, "payload"))
	if err != nil {
		t.Fatal(err)
	}
	if token.Algorithm != "HS256" || token.KeyID != "k" || token.Type != "JWT" || string(token.Payload) != "payload" {
		t.Errorf("got %+v", token)
	}
	if err := token.Verify(mustKey(t, "HS256", secret)); err != nil {
		t.Error(err)
	}
	for name, key := range map[string]*jws.Key{"another secret": mustKey(t, "HS256", secret[:32]), "another algorithm": mustKey(t, "HS512", secret)} {
		if token.Verify(key) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestE7TokensThatCanBeReadTwoWaysAreRefused(t *testing.T) {
	const header = `{"alg":"HS256"}`
	good := signed(t, header, "payload")
	parts := strings.Split(good, ".")
	tests := []struct{ name, token, want string }{
		{"empty", "", "1 parts"},
		{"two parts", parts[0] + "." + parts[1], "2 parts"},
		{"encrypted", "e30.e30.e30.e30.e30", "5 parts"},
		{"JSON form", `{"payload":"","signatures":[]}`, "1 parts"},
		{"too long", good + strings.Repeat("A", 16<<10), "bytes, want 16384 at most"},
		{"padding in header", parts[0] + "=." + parts[1] + "." + parts[2], "header is not base64url"},
		{"padding in payload", parts[0] + "." + parts[1] + "==." + parts[2], "payload is not base64url"},
		{"padding in signature", good + "=", "signature is not base64url"},
		{"unused bits", parts[0] + "." + parts[1][:len(parts[1])-1] + "B." + parts[2], "payload is not base64url"},
		{"base64 of the other alphabet", parts[0] + "." + parts[1] + ".+/+/", "signature is not base64url"},
		{"line break", parts[0] + "." + parts[1] + ".\n" + parts[2], "signature is not base64url"},
		{"space", parts[0] + ". " + parts[1] + "." + parts[2], "payload is not base64url"},
		{"alg twice", signed(t, `{"alg":"HS256","alg":"HS256"}`, ""), "a member twice"},
		{"alg twice, once escaped", signed(t, `{"alg":"HS256","\u0061lg":"none"}`, ""), "a member twice"},
		{"deep member twice", signed(t, `{"alg":"HS256","jwk":[{"a":1,"a":2}]}`, ""), "a member twice"},
		{"deep", signed(t, `{"alg":"HS256","x":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)+`}`, ""), "deeper than"},
		{"alg in another case", signed(t, `{"ALG":"HS256"}`, ""), "alg is missing"},
		{"alg null", signed(t, `{"alg":null}`, ""), "alg is no string"},
		{"kid number", signed(t, `{"alg":"HS256","kid":1}`, ""), "kid is no string"},
		{"typ list", signed(t, `{"alg":"HS256","typ":["JWT"]}`, ""), "typ is no string"},
		{"array", signed(t, `["alg"]`, ""), "no JSON object"},
		{"two objects", signed(t, header+header, ""), "not one JSON value"},
		{"not UTF-8", signed(t, "{\"alg\":\"HS256\",\"x\":\"\xff\"}", ""), "not UTF-8"},
		{"cut off", signed(t, `{"alg":"HS256"`, ""), "not one JSON value"},
		{"no value", signed(t, `{"alg"}`, ""), "not one JSON value"},
		{"cut off in a list", signed(t, `{"alg":"HS256","a":[1`, ""), "not one JSON value"},
		{"crit", signed(t, `{"alg":"HS256","crit":["exp"],"exp":1}`, ""), "extensions that must be understood"},
		{"crit empty", signed(t, `{"alg":"HS256","crit":[]}`, ""), "extensions that must be understood"},
	}
	for _, tt := range tests {
		if _, err := jws.Parse(tt.token); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestKeysFitTheirAlgorithm(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edwards, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	one := big.NewInt(1)
	materials := map[string]any{
		"secret": secret, "RSA": &key.PublicKey, "P-256": &curve.PublicKey, "Ed25519": edwards, "short": secret[:31], "none": nil,
		"small": &rsa.PublicKey{N: new(big.Int).Lsh(one, 2046), E: 65537}, "huge": &rsa.PublicKey{N: new(big.Int).Lsh(one, 8192), E: 65537},
		"one": &rsa.PublicKey{N: key.N, E: 1}, "even": &rsa.PublicKey{N: key.N, E: 4}, "nil RSA": (*rsa.PublicKey)(nil), "nil EC": (*ecdsa.PublicKey)(nil),
		"zero RSA": &rsa.PublicKey{}, "zero EC": &ecdsa.PublicKey{}, "no point": &ecdsa.PublicKey{Curve: elliptic.P256(), X: one, Y: one}, //nolint:staticcheck // a bad key cannot be made otherwise
		"private": key, "cut off": edwards[:31], "text": "secret",
	}
	fits := map[string][]string{
		"secret": {"HS256", "HS384", "HS512"}, "RSA": {"PS256", "PS384", "PS512", "RS256", "RS384", "RS512"}, "P-256": {"ES256"}, "Ed25519": {"Ed25519", "EdDSA"},
	}
	for name, material := range materials {
		var got []string
		for _, algorithm := range []string{"none", "None", "nOnE", "", "ES256", "ES384", "ES512", "Ed25519", "EdDSA", "HS256", "HS384", "HS512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "rs256"} {
			k, err := jws.NewKey("k", algorithm, material)
			if err != nil {
				continue
			}
			got = append(got, algorithm)
			if k.ID() != "k" || k.Algorithm() != algorithm {
				t.Errorf("%s: got the key %q for %s", name, k.ID(), k.Algorithm())
			}
		}
		if !slices.Equal(got, fits[name]) {
			t.Errorf("%s fits %q, want %q", name, got, fits[name])
		}
	}
}

func TestSaltsAreAsLongAsTheHash(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for salt, want := range map[int]bool{rsa.PSSSaltLengthEqualsHash: true, 32: true, 20: false, rsa.PSSSaltLengthAuto: false} {
		method := &jwt.SigningMethodRSAPSS{SigningMethodRSA: &jwt.SigningMethodRSA{Hash: crypto.SHA256}, Options: &rsa.PSSOptions{SaltLength: salt}}
		input := b64(`{"alg":"PS256"}`) + "." + b64("x")
		signature, err := method.Sign(input, key)
		if err != nil {
			t.Fatal(err)
		}
		token, err := jws.Parse(input + "." + b64(string(signature)))
		if err != nil {
			t.Fatal(err)
		}
		if err := token.Verify(mustKey(t, "PS256", &key.PublicKey)); (err == nil) != want {
			t.Errorf("salt length %d: %v", salt, err)
		}
	}
}

func TestSetsKeepTheKeysThatVerify(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := curve.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	coordinates := `"x":"` + b64(string(point[1:33])) + `","y":"` + b64(string(point[33:])) + `"`
	modulus := `"n":"` + b64("\xff"+strings.Repeat("n", 255)) + `","e":"AQAB"`
	set := `{"keys":[
		{"kty":"EC","crv":"P-256","kid":"curve",` + coordinates + `},
		{"kty":"EC","crv":"P-256","kid":"for another","alg":"ES384",` + coordinates + `},
		{"kty":"EC","crv":"P-256","kid":"encrypts","use":"enc",` + coordinates + `},
		{"kty":"EC","crv":"P-256","kid":"derives","key_ops":["deriveKey"],` + coordinates + `},
		{"kty":"EC","crv":"P-256","kid":"signs and verifies","use":"sig","key_ops":["sign","verify"],` + coordinates + `},
		{"kty":"EC","crv":"P-256","kid":"no point","x":"` + b64(strings.Repeat("x", 32)) + `","y":"` + b64(strings.Repeat("y", 32)) + `"},
		{"kty":"EC","crv":"P-256","kid":"short","x":"AQ","y":"AQ"},
		{"kty":"EC","crv":"secp256k1","kid":"other curve",` + coordinates + `},
		{"kty":"RSA","kid":"which?",` + modulus + `},
		{"kty":"RSA","kid":"PSS","alg":"PS256",` + modulus + `},
		{"kty":"RSA","kid":"not allowed","alg":"RS512",` + modulus + `},
		{"kty":"RSA","kid":"exponent","alg":"PS256","n":"` + b64("\xff"+strings.Repeat("n", 255)) + `","e":"AQABAQABAQAB"},
		{"kty":"RSA","kid":"padded","alg":"PS256","n":"AAAA=","e":"AQAB"},
		{"kty":"OKP","crv":"Ed25519","kid":"edwards","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
		{"kty":"OKP","crv":"X25519","kid":"exchange","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
		{"kty":"oct","kid":"secret","alg":"HS256","k":"` + b64(string(secret)) + `"},
		{"kty":"??"}, 3, null
	]}`
	keys, err := jws.ParseSet([]byte(set), "ES256", "RS256", "PS256", "EdDSA")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range keys {
		got = append(got, k.ID()+" "+k.Algorithm())
	}
	if want := []string{"curve ES256", "signs and verifies ES256", "PSS PS256", "edwards EdDSA"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, text := range []string{"", "[]", "{}", `{"keys":{}}`, `{"keys":null}`, `{"keys":[` + strings.Repeat("{},", 100) + `{}]}`} {
		if _, err := jws.ParseSet([]byte(text), "ES256"); err == nil {
			t.Errorf("%.20s: no error", text)
		}
	}
}

// TestRFC7520Examples reads the worked examples of RFC 7520, section 4, and of
// RFC 8037, appendix A. Those of 4.6 to 4.8 exist in JSON form only.
func TestRFC7520Examples(t *testing.T) {
	root := os.Getenv("TENON_CORPORA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "corpora")
	}
	files, err := filepath.Glob(filepath.Join(root, "jose-cookbook", "jws", "*.json"))
	if err != nil || len(files) == 0 {
		t.Skipf("no folder %s: TENON_CORPORA names the folder of public test data", filepath.Join(root, "jose-cookbook"))
	}
	files = append(files, filepath.Join(root, "jose-cookbook", "curve25519", "jws.json"))
	verified := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var example struct {
			Title string
			Input struct {
				Payload string
				Key     json.RawMessage
				Alg     any
			}
			Signing json.RawMessage
			Output  struct {
				Compact string
				JSON    json.RawMessage
			}
		}
		if err := json.Unmarshal(text, &example); err != nil {
			t.Fatal(err)
		}
		if example.Output.Compact == "" {
			if _, err := jws.Parse(string(example.Output.JSON)); err == nil {
				t.Errorf("%s: the JSON form was read", example.Title)
			}
			continue
		}
		compact := example.Output.Compact
		algorithm, _ := example.Input.Alg.(string)
		key, err := jws.ParseKey(example.Input.Key, algorithm)
		if err != nil {
			t.Errorf("%s: %v", example.Title, err)
			continue
		}
		if detached := strings.Contains(compact, ".."); detached { // the payload is sent apart
			if token, err := jws.Parse(compact); err != nil || token.Verify(key) == nil {
				t.Errorf("%s: verified without its payload, or %v", example.Title, err)
			}
			compact = strings.Replace(compact, "..", "."+b64(example.Input.Payload)+".", 1)
		}
		token, err := jws.Parse(compact)
		if err != nil {
			t.Errorf("%s: %v", example.Title, err)
			continue
		}
		if err := token.Verify(key); err != nil || string(token.Payload) != example.Input.Payload {
			t.Errorf("%s: %v, payload %q", example.Title, err, token.Payload)
		}
		verified++
	}
	if verified != 6 {
		t.Errorf("verified %d examples, want 6", verified)
	}
}

// FuzzParse checks that what is read twice is the same, and that only the one
// encoding of a token is read.
func FuzzParse(f *testing.F) {
	f.Add(`{"alg":"HS256","kid":"k"}`, `{"sub":"ada"}`, "signature")
	f.Add(`{"alg":"none","\u0061lg":"x"}`, "", "")
	f.Fuzz(func(t *testing.T, header, payload, signature string) {
		text := b64(header) + "." + b64(payload) + "." + b64(signature)
		token, err := jws.Parse(text)
		if err != nil {
			return
		}
		if string(token.Payload) != payload || !json.Valid([]byte(header)) {
			t.Errorf("%q: read %q", text, token.Payload)
		}
		for _, other := range []string{text + "=", text + "\n", " " + text, text + "."} {
			if _, err := jws.Parse(other); err == nil {
				t.Errorf("%q was read", other)
			}
		}
	})
}
