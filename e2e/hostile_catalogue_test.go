package e2e_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

const (
	ending   = "Connection: close\r\n\r\n"
	refused1 = `{"customer_id":"refused","amount_cents":1,"currency":"EUR"}`
	granted1 = `{"customer_id":"granted","amount_cents":1,"currency":"EUR"}`
)

// catalogue gives all attacks to add.
func catalogue(t *testing.T, add func(attack)) {
	c := &catalog{give: add}
	for _, group := range []func(*testing.T, *catalog){
		suiteBodies, badMembers, badNumbers, deepBodies, badUTF8, everyByte, truncations, mutations,
		badFraming, badHeads, badTypes, badCodings, oversize, badPaths, badQueries, badMethods, badCredentials, badKeys, otherProtocols,
	} {
		group(t, c)
	}
}

// A catalog gives attacks to those who carry them out.
type catalog struct {
	group string
	give  func(attack)
	keys  int
}

func (c *catalog) add(want verdict, name, sent string) {
	c.give(attack{group: c.group, name: name, sent: sent, want: want})
}

// key returns a header with an idempotency key that is new.
func (c *catalog) key() string {
	c.keys++
	return "Idempotency-Key: storm-" + strconv.Itoa(c.keys) + "\r\n"
}

// posting is the beginning of a request for an order.
func (c *catalog) posting() string {
	return "POST /v1/orders" + headers + "Content-Type: application/json\r\n" + c.key()
}

// post adds a request for an order, with a length and in chunks.
func (c *catalog) post(want verdict, name string, body string) {
	c.add(want, name, c.posting()+"Content-Length: "+strconv.Itoa(len(body))+"\r\n"+ending+body)
	c.add(want, name+", in chunks", c.posting()+"Transfer-Encoding: chunked\r\n"+ending+inChunks(body))
}

// get adds a request for target.
func (c *catalog) get(want verdict, name, target string) {
	c.add(want, name, "GET "+target+headers+ending)
}

// inChunks cuts body into chunks of uneven length.
func inChunks(body string) string {
	var out strings.Builder
	for n := 1; body != ""; n = n*2 + 1 {
		part := body[:min(n, len(body))]
		body = body[len(part):]
		fmt.Fprintf(&out, "%x\r\n%s\r\n", len(part), part)
	}
	return out.String() + "0\r\n\r\n"
}

// suiteBodies are the texts of JSONTestSuite as a body and in all places of one.
func suiteBodies(t *testing.T, c *catalog) {
	c.group = "JSONTestSuite"
	members := map[string]string{
		"customer_id":  `{"customer_id":%s,"amount_cents":1,"currency":"EUR"}`,
		"amount_cents": `{"customer_id":"typed","amount_cents":%s,"currency":"EUR"}`,
		"currency":     `{"customer_id":"typed","amount_cents":1,"currency":%s}`,
	}
	loose := map[string]string{
		"unknown member": `{"extra":%s,"customer_id":"granted","amount_cents":1,"currency":"EUR"}`,
		"last member":    `{"customer_id":"granted","amount_cents":1,"currency":"EUR","extra":%s}`,
	}
	for prefix, want := range map[string]struct {
		count                int
		whole, member, loose verdict
	}{"n_": {188, refuse, refuse, refuse}, "y_": {95, refuse, either, accept}, "i_": {35, refuse, either, either}} {
		for name, text := range suite(t, prefix, want.count) {
			c.post(want.whole, name, string(text))
			for place, format := range members {
				c.post(want.member, name+" as "+place, fmt.Sprintf(format, text))
			}
			judged := want.loose
			if strings.HasPrefix(name, "y_object_duplicated_key") {
				judged = refuse
			}
			for place, format := range loose {
				c.post(judged, name+" as "+place, fmt.Sprintf(format, text))
			}
			judged = refuse
			if strings.Trim(string(text), " \t\r\n") == "" {
				judged = accept
			}
			c.post(judged, name+" behind an order", granted1+string(text))
			c.post(judged, name+" before an order", string(text)+granted1)
		}
	}
}

func badMembers(_ *testing.T, c *catalog) {
	c.group = "members"
	values := map[string]string{"customer_id": `"refused"`, "amount_cents": "1", "currency": `"EUR"`}
	for name, value := range values {
		escaped := fmt.Sprintf(`\u%04x`, name[0]) + name[1:]
		c.post(refuse, name+" twice", refused1[:len(refused1)-1]+`,"`+name+`":`+value+`}`)
		c.post(refuse, name+" twice, escaped", refused1[:len(refused1)-1]+`,"`+escaped+`":`+value+`}`)
		c.post(refuse, name+" twice, the first null", `{"`+name+`":null,`+refused1[1:])
		for i := range len(name) {
			if name[i] == '_' {
				continue
			}
			other := name[:i] + strings.ToUpper(name[i:i+1]) + name[i+1:]
			c.post(refuse, other, strings.Replace(refused1, name, other, 1))
			c.post(refuse, other+" beside the right one", refused1[:len(refused1)-1]+`,"`+other+`":`+value+`}`)
		}
		for _, wrong := range []string{"null", "true", "{}", "[]", "[" + value + "]", `""`, `" "`, `"\u0000"`, "1.5", "-1", "0", `"` + strings.Repeat("a", 65) + `"`} {
			want := refuse
			if name == "customer_id" && wrong[0] == '"' && len(wrong) < 60 {
				want = either
			}
			c.post(want, name+" is "+wrong, strings.Replace(refused1, value, wrong, 1))
		}
		c.post(refuse, "no "+name, strings.Replace(refused1, `"`+name+`"`, `"other"`, 1))
	}
	var many strings.Builder
	for n := range 20_000 {
		fmt.Fprintf(&many, `"m%d":0,"m%d":0,`, n, n)
	}
	c.post(refuse, "20,000 members twice", "{"+many.String()+refused1[1:])
}

func badNumbers(_ *testing.T, c *catalog) {
	c.group = "numbers"
	wrong := []string{
		"1e400", "-1e400", "1e-400", "1e999999999999999999", "1e-999999999999999999", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
		"18446744073709551616", "1" + strings.Repeat("0", 1000), "1" + strings.Repeat("0", 500_000), "0." + strings.Repeat("1", 100_000), "1e" + strings.Repeat("9", 10_000),
		"-0", "-0.0", "0e0", "1.5", "NaN", "Infinity", "-Infinity", "+1", "01", ".5", "1.", "0x10", "1_000", "1e", "1e+", "--1", "1,5", "١", "10000001", "1e7.0", "1 2",
	}
	for _, n := range wrong {
		name := fmt.Sprintf("%.30s (%d bytes)", n, len(n))
		c.post(refuse, name, strings.Replace(refused1, "1", n, 1))
		c.post(refuse, name+" as a text", strings.Replace(refused1, `"refused"`, n, 1))
		c.post(either, name+" as an unknown member", `{"x":`+n+","+granted1[1:])
	}
	for _, n := range []string{"1.0", "1e0", "1e2", "100e-2", "10000000"} {
		c.post(either, n, strings.Replace(granted1, "1", n, 1))
	}
}

func deepBodies(_ *testing.T, c *catalog) {
	c.group = "nesting"
	for _, depth := range []int{1000, 20_000, 100_000} {
		for name, pair := range map[string][2]string{"arrays": {"[", "]"}, "objects": {`{"x":`, "}"}, "both": {`[{"x":`, "}]"}} {
			opened := strings.Repeat(pair[0], depth)
			closed := opened + "1" + strings.Repeat(pair[1], depth)
			for place, format := range map[string]string{
				"body":           "%s",
				"customer":       `{"customer_id":%s,"amount_cents":1,"currency":"EUR"}`,
				"unknown member": `{"x":%s,"customer_id":"refused","amount_cents":1,"currency":"EUR"}`,
			} {
				name := fmt.Sprintf("%d %s as the %s", depth, name, place)
				c.post(refuse, name+", open", fmt.Sprintf(format, opened))
				c.post(refuse, name, fmt.Sprintf(format, closed))
			}
		}
	}
}

func badUTF8(_ *testing.T, c *catalog) {
	c.group = "UTF-8"
	for _, bad := range []string{
		"\x80", "\xbf", "\xc0\x80", "\xc0\xaf", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe1\x80", "\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\x80\xed\xb0\x80",
		"\xef\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80", "\xfe", "\xff", "a\xffb",
		`\ud800`, `\udfff`, `\ud800\ud800`, `\udc00\ud800`, `\ud800a`, `\u12`, `\uzzzz`, `\x41`, `\`,
	} {
		name := strconv.QuoteToASCII(bad)
		c.post(refuse, name+" in a value", strings.Replace(refused1, "refused", "refused"+bad, 1))
		c.post(refuse, name+" in a name", strings.Replace(refused1, "{", `{"`+bad+`":1,`, 1))
		c.post(refuse, name+" in an unknown value", strings.Replace(refused1, "{", `{"x":"`+bad+`",`, 1))
		if bad[0] != '\\' {
			c.post(refuse, name+" between", "{"+bad+refused1[1:])
		}
	}
	for _, bom := range []string{"\xef\xbb\xbf", "\xfe\xff", "\xff\xfe", "\xff\xfe\x00\x00"} {
		c.post(refuse, "byte order mark", bom+refused1)
	}
	var wide bytes.Buffer
	for _, b := range []byte(refused1) {
		wide.Write([]byte{b, 0})
	}
	c.post(refuse, "UTF-16", wide.String())
}

// everyByte puts each byte into each part of a message.
func everyByte(_ *testing.T, c *catalog) {
	const token = "!#$%&'*+-.^_`|~"
	control := func(b byte) bool { return b < ' ' && b != '\t' || b == 0x7f }
	letter := func(b byte) bool { return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' }
	unless := func(ok bool, otherwise verdict) verdict {
		if ok {
			return otherwise
		}
		return refuse
	}
	with := func(text string) string { return "Content-Length: " + strconv.Itoa(len(text)) + "\r\n" + ending + text }
	for n := range 256 {
		b := byte(n)
		s, name := string([]byte{b}), fmt.Sprintf("%#02x", b)
		c.group = "every byte"
		c.add(refuse, name+" in the method", "GE"+s+"T /v1/orders/"+zeroID+headers+ending)
		c.get(refuse, name+" in the path", "/v1/orders/"+s)
		c.get(unless(b == '&' || b >= '1' && b <= '9', either), name+" in the query", "/v1/customers/c/orders?limit="+s)
		c.add(unless(letter(b), either), name+" in the version", "GET /livez HTTP/1."+s+"\r\nHost: harbor\r\n"+ending)
		c.add(unless(letter(b) || strings.IndexByte(token, b) >= 0 || b == ':', either), name+" in a header's name", "GET /livez"+headers+"X-"+s+"A: b\r\n"+ending)
		c.add(unless(!control(b), either), name+" in a header's value", "GET /livez"+headers+"X-A: a"+s+"b\r\n"+ending)
		c.add(unless(!control(b) && b < 0x80 && strings.IndexByte(" \t/?#@\"<>\\^`{|}", b) < 0, either), name+" in the host", "GET /livez HTTP/1.1\r\nHost: har"+s+"bor\r\n"+ending)
		c.add(unless(b == ',' || b == ' ' || b == '\t', refuse), name+" in the credentials", "GET /v1/orders/"+zeroID+" HTTP/1.1\r\nHost: harbor\r\n"+authorization+s+"x\r\n"+ending)
		c.add(unless(!control(b), either), name+" in the key", "POST /v1/orders"+headers+"Content-Type: application/json\r\nIdempotency-Key: byte-"+name+s+"x\r\n"+with(granted1))
		c.add(unless(b == ';' || b == ' ' || b == '\t', either), name+" behind the media type", "POST /v1/orders"+headers+"Content-Type: application/json"+s+"x\r\n"+c.key()+with(granted1))
		c.add(unless(b >= ' ' && b < 0x80 && b != '"' && b != '\\', either), name+" in a string", c.posting()+with(strings.Replace(granted1, "granted", "granted"+s+"q", 1)))
		c.add(unless(strings.IndexByte(" \t\r\n", b) >= 0, accept), name+" between tokens", c.posting()+with("{"+s+granted1[1:]))
		c.give(attack{c.group, name + " in a length", c.posting() + "Content-Length: " + s + strconv.Itoa(len(granted1)) + "\r\n" + ending + granted1, true, unless(strings.IndexByte("0 \t", b) >= 0, either)})
		c.give(attack{c.group, name + " in the size of a chunk", c.posting() + "Transfer-Encoding: chunked\r\n" + ending + s + "3b\r\n" + granted1 + "\r\n0\r\n\r\n", true, unless(b == '0', either)})
	}
}

// truncations are all beginnings of two requests.
func truncations(_ *testing.T, c *catalog) {
	c.group = "truncations"
	for name, whole := range map[string]string{
		"length": c.posting() + "Content-Length: " + strconv.Itoa(len(refused1)) + "\r\n" + ending + refused1,
		"chunks": c.posting() + "Transfer-Encoding: chunked\r\n" + ending + inChunks(refused1),
	} {
		head := strings.Index(whole, "\r\n\r\n") + 4
		for n := range len(whole) {
			want := refuse
			if n < head {
				want = cut
			}
			c.give(attack{c.group, fmt.Sprintf("%s, %d bytes", name, n), whole[:n], true, want})
		}
	}
}

// mutations are requests with some bytes changed, lost or doubled.
func mutations(_ *testing.T, c *catalog) {
	c.group = "mutations"
	random := rand.New(rand.NewPCG(*seed, 2))
	for n := range 1200 {
		body := strings.Replace(granted1, "granted", "mutated", 1)
		framing := "Content-Length: " + strconv.Itoa(len(body)) + "\r\n" + ending + body
		if n%2 == 0 {
			framing = "Transfer-Encoding: chunked\r\n" + ending + inChunks(body)
		}
		text := []byte(c.posting() + framing)
		for range 1 + random.IntN(4) {
			i := random.IntN(len(text))
			switch random.IntN(4) {
			case 0:
				text[i] = byte(random.IntN(256))
			case 1:
				text[i] ^= 1 << random.IntN(8)
			case 2:
				text = append(text[:i], text[min(len(text), i+1+random.IntN(8)):]...)
			default:
				end := min(len(text), i+1+random.IntN(40))
				text = bytes.Join([][]byte{text[:end], text[i:]}, nil)
			}
		}
		c.give(attack{c.group, strconv.Itoa(n), string(text), true, cut})
	}
}

func zipped(text []byte) string {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	_, _ = w.Write(text)
	_ = w.Close()
	return out.String()
}

func badCodings(_ *testing.T, c *catalog) {
	c.group = "content codings"
	bomb := zipped(make([]byte, 64<<20))
	order := zipped([]byte(refused1))
	for _, coding := range []string{"gzip", "GZIP", "x-gzip", "deflate", "br", "zstd", "compress", "gzip, gzip", "identity, gzip", "gzip, identity", "x", "*", "gzip;q=1", "\"gzip\"", "aes128gcm"} {
		for name, body := range map[string]string{"a bomb": bomb, "an order": order, "text": refused1, "twice": zipped([]byte(order)), "cut": order[:20]} {
			c.add(refuse, name+" as "+coding, c.posting()+"Content-Encoding: "+coding+"\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n"+ending+body)
		}
	}
	for _, header := range []string{"", "Content-Encoding: identity\r\n", "Content-Encoding: identity\r\nContent-Encoding: gzip\r\n", "Content-Type: application/gzip\r\n"} {
		c.add(refuse, "a bomb with "+header, c.posting()+header+"Content-Length: "+strconv.Itoa(len(bomb))+"\r\n"+ending+bomb)
	}
	c.add(refuse, "a bomb as a transfer coding", c.posting()+"Transfer-Encoding: gzip, chunked\r\n"+ending+inChunks(order))
}

func badCredentials(_ *testing.T, c *catalog) {
	c.group = "credentials"
	jwt := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"demo"}`)) + "."
	for _, text := range []string{
		"", "Bearer", "Bearer ", "Basic", "Basic !", "Basic Og==", "Bearer " + apiKey + "x", "Bearer " + strings.ToLower(apiKey), "Bearer " + apiKey[:20], "Bearer " + apiKey + "," + apiKey, "Basic " + apiKey,
		apiKey, "Bearer=" + apiKey, "Bearer:" + apiKey, "Digest username=\"x\"", "Negotiate x", "Bearer " + jwt, "Bearer ..", "Bearer a.b.c", "Bearer a.b.c.d.e", "Bearer ' OR '1'='1", "Bearer hk_' OR '1'='1' --aaaaaaaaaa",
		"Bearer hk_%00", "Bearer \xff\xfe", "Bearer hk_" + strings.Repeat("A", 60_000), "Bearer " + strings.Repeat(jwt, 1000), "Bearer " + strings.Repeat("a.", 20_000), "Bearer hk_ABCDEFGHIJKLMNOPQRSTUVWXYZ",
	} {
		for _, request := range []string{"GET /v1/orders/" + zeroID, "GET /v1/customers/c/orders", "POST /v1/orders"} {
			c.add(refuse, fmt.Sprintf("%.40q", text), request+" HTTP/1.1\r\nHost: harbor\r\nAuthorization: "+text+"\r\n"+ending)
		}
	}
	c.add(refuse, "none", "GET /v1/orders/"+zeroID+" HTTP/1.1\r\nHost: harbor\r\n"+ending)
	c.add(refuse, "two", "GET /v1/customers/c/orders"+headers+authorization+"\r\n"+ending)
	c.add(refuse, "in the query", "GET /v1/customers/c/orders?access_token="+apiKey+" HTTP/1.1\r\nHost: harbor\r\n"+ending)
}

func badKeys(_ *testing.T, c *catalog) {
	c.group = "idempotency keys"
	for want, keys := range map[verdict][]string{
		refuse: {"", `""`, "a b", "a\tb", strings.Repeat("k", 256), strings.Repeat("k", 50_000), "ключ", "\xff", "a\x00b", "k\r\nIdempotency-Key: l"},
		either: {strings.Repeat("k", 255), "' OR 1=1 --", "a,b", `"quoted"`, `"`, `"a"b"`, "../../etc/passwd", "{}", "?1", ":YQ==:"},
	} {
		for _, key := range keys {
			c.add(want, fmt.Sprintf("%.40q", key), "POST /v1/orders"+headers+"Content-Type: application/json\r\nIdempotency-Key: "+key+"\r\nContent-Length: "+strconv.Itoa(len(granted1))+"\r\n"+ending+granted1)
		}
	}
	c.add(refuse, "none", "POST /v1/orders"+headers+"Content-Type: application/json\r\nContent-Length: "+strconv.Itoa(len(refused1))+"\r\n"+ending+refused1)
}
