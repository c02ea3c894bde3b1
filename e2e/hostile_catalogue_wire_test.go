package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// badFraming are messages whose end is unclear, each with a request behind it that must not run.
func badFraming(_ *testing.T, c *catalog) {
	c.group = "framing"
	order := strings.Replace(refused1, "refused", "smuggled", 1)
	behind := func() string {
		return c.posting() + "Content-Length: " + strconv.Itoa(len(order)) + "\r\n" + ending + order
	}
	length := "Content-Length: " + strconv.Itoa(len(refused1)) + "\r\n"
	const coding = "Transfer-Encoding: chunked\r\n"
	heads := map[string]string{
		"two lengths": length + "Content-Length: 1\r\n", "the same length twice": length + length, "list of lengths": "Content-Length: 59, 59\r\n", "list of two lengths": "Content-Length: 1, 59\r\n",
		"signed length": "Content-Length: +59\r\n", "negative length": "Content-Length: -59\r\n", "hexadecimal length": "Content-Length: 0x3b\r\n", "empty length": "Content-Length:\r\n",
		"length with a fraction": "Content-Length: 59.0\r\n", "length with an underscore": "Content-Length: 5_9\r\n", "length with space": "Content-Length: 5 9\r\n", "quoted length": "Content-Length: \"59\"\r\n",
		"length of 2^64": "Content-Length: 18446744073709551675\r\n", "length of 2^63": "Content-Length: 9223372036854775808\r\n", "Arabic length": "Content-Length: ٥٩\r\n", "space before the colon": "Content-Length : 59\r\n",
		"tab before the colon": "Transfer-Encoding\t: chunked\r\n", "folded coding": "Transfer-Encoding:\r\n chunked\r\n", "folded length": "Content-Length:\r\n 59\r\n", "bare CR": "X: a\rContent-Length: 59\r\n", "bare CR before": "\r" + length,
		"two codings": coding + coding, "coding gzip": "Transfer-Encoding: gzip\r\n", "coding identity": "Transfer-Encoding: identity\r\n", "coding twice": "Transfer-Encoding: chunked, chunked\r\n", "chunked not last": "Transfer-Encoding: chunked, gzip\r\n",
		"coding xchunked": "Transfer-Encoding: xchunked\r\n", "coding with a vertical tab": "Transfer-Encoding: \vchunked\r\n", "quoted coding": "Transfer-Encoding: \"chunked\"\r\n", "coding with a parameter": "Transfer-Encoding: chunked;q=1\r\n", "empty coding": "Transfer-Encoding:\r\n",
		"empty coding and a length": "Transfer-Encoding:\r\n" + length, "coding gzip and a length": "Transfer-Encoding: gzip\r\n" + length, "coding identity and a length": "Transfer-Encoding: identity\r\n" + length, "NUL in a name": "X\x00: b\r\n" + length, "no name": ": b\r\n" + length, "no colon": "X\r\n" + length,
	}
	for name, head := range heads {
		for place, request := range map[string]string{
			"an order": c.posting(), "a list": "GET /v1/customers/c/orders" + headers, "a probe": "GET /livez" + headers, "nothing": "POST /nowhere" + headers, "another method": "DELETE /v1/orders" + headers,
		} {
			c.add(refuse, name+", for "+place, request+head+"\r\n"+refused1+behind())
		}
	}
	// A body that is not framed at all is the next message.
	for name, framed := range map[string]string{
		"length and coding": length + coding, "coding and length": coding + length, "length 0 and coding": "Content-Length: 0\r\n" + coding, "length behind the coding's end": coding + "Content-Length: 5\r\n",
	} {
		for place, request := range map[string]string{"an order": c.posting(), "a probe": "POST /livez" + headers, "nothing": "POST /nowhere" + headers} {
			c.add(either, name+", for "+place, request+framed+"\r\n"+inChunks(refused1[:20])+behind())
			c.add(either, name+", empty, for "+place, request+framed+"\r\n0\r\n\r\n"+behind())
		}
	}
	c.add(refuse, "coding in HTTP/1.0", strings.Replace(c.posting(), "HTTP/1.1", "HTTP/1.0", 1)+coding+"\r\n"+inChunks(refused1)+behind())
	for _, size := range []string{
		"", "zz", "-1", "+3b", "0x3b", " 3b", "3b ;", "3g", "fffffffffffffffff", "ffffffffffffffff", "8000000000000000", "3b\x00", "3b\n", "\n3b", "3b\r\r", "3_b", "٥", "3b;a=\x00", "3b;a\rb", strings.Repeat("0", 5000) + "3b", "3b;" + strings.Repeat("a", 100_000),
	} {
		want, body, next := refuse, refused1, behind()
		if size == "3b ;" || size == "3b;a=\x00" { // RFC 9112, section 7.1.1: whitespace is taken, extensions are ignored
			want, body, next = either, granted1, "" // what is behind a good message may run
		}
		c.give(attack{c.group, fmt.Sprintf("chunk size %.20q", size), c.posting() + coding + "\r\n" + size + "\r\n" + body + "\r\n0\r\n\r\n" + next, true, want})
	}
	for name, chunks := range map[string]string{
		"chunk without an end": "3b\r\n" + refused1 + "0\r\n\r\n", "chunk too short": "3a\r\n" + refused1 + "\r\n0\r\n\r\n", "chunk too long": "3c\r\n" + refused1 + "\r\n0\r\n\r\n", "bare LF": "3b\n" + refused1 + "\n0\n\n",
		"bare CR behind a chunk": "3b\r\n" + refused1 + "\rX0\r\n\r\n", "folded trailer": "3b\r\n" + refused1 + "\r\n0\r\nX: a\r\n b\r\n\r\n", "trailer without a colon": "3b\r\n" + refused1 + "\r\n0\r\nX\r\n\r\n",
	} {
		c.give(attack{c.group, name, c.posting() + coding + "\r\n" + chunks + behind(), true, refuse})
	}
}

// badHeads are requests whose head is wrong.
func badHeads(_ *testing.T, c *catalog) {
	c.group = "heads"
	hosts := map[string]string{
		"none": "", "two": "Host: harbor\r\nHost: harbor\r\n", "two others": "Host: harbor\r\nHost: evil\r\n", "space": "Host: a b\r\n", "slash": "Host: a/b\r\n", "credentials": "Host: a@b\r\n", "list": "Host: a, b\r\n",
		"brackets": "Host: <a>\r\n", "NUL": "Host: a\x00\r\n", "fragment": "Host: a#b\r\n", "query": "Host: a?b\r\n", "folded": "Host:\r\n harbor\r\n", "space before the colon": "Host : harbor\r\n", "beyond ASCII": "Host: hafen\xfcr\r\n",
	}
	for name, host := range hosts {
		want := refuse
		if name == "list" {
			want = either
		}
		for _, request := range []string{"GET /livez HTTP/1.1\r\n", "GET /v1/orders/" + zeroID + " HTTP/1.1\r\n" + authorization + "\r\n", "GET /nowhere HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n"} {
			c.add(want, "host: "+name, request+host+ending)
		}
	}
	for _, line := range []string{
		"GET", "GET ", "GET /livez", "GET /livez ", "GET  /livez HTTP/1.1", "GET /livez  HTTP/1.1", "GET /livez HTTP/1.1 x", " GET /livez HTTP/1.1", "\tGET /livez HTTP/1.1", "GET\t/livez\tHTTP/1.1", "GET /livez HTTP/1.1\t", "GET /li vez HTTP/1.1",
		"GET livez HTTP/1.1", "GET ?a HTTP/1.1", "GET #a HTTP/1.1", "GET * HTTP/1.1", "GET http:// HTTP/1.1", "GET http:///livez HTTP/1.1", "GET http://[::1 HTTP/1.1", "GET http://a:b/ HTTP/1.1", "GET ://a HTTP/1.1", "GET javascript:alert(1) HTTP/1.1", "GET file:///etc/passwd HTTP/1.1",
		"GET /livez HTTP/0.9", "GET /livez HTTP/2.0", "GET /livez HTTP/3.0", "GET /livez HTTP/9.9", "GET /livez HTTP/1", "GET /livez HTTP/1.1.1", "GET /livez HTTP/11", "GET /livez HTTP/1.10", "GET /livez HTTP/01.1", "GET /livez HTTP/-1.1", "GET /livez HTTP/+1.1", "GET /livez http/1.1", "GET /livez Http/1.1",
		"GET /livez HTTPS/1.1", "GET /livez HTTP 1.1", "GET /livez HTTP\\1.1", "GET /livez 1.1", "GET /livez HTTP/1.x", "GET /livez HTTP/", "GET /livez RTSP/1.0", "GET /livez SIP/2.0", "get", "{}", "<html>", "GET /livez\x00 HTTP/1.1", "GET /livez HTTP/1.1\x00", "G\x00T /livez HTTP/1.1", "(GET) /livez HTTP/1.1", "GET,POST /livez HTTP/1.1",
		"CONNECT /livez HTTP/1.1", "CONNECT evil.example:443 HTTP/1.1", "CONNECT * HTTP/1.1",
	} {
		c.add(refuse, "line "+strconv.Quote(line), line+"\r\nHost: harbor\r\n"+ending)
	}
	for _, header := range []string{
		"X-A : b", " X-A: b", "\tX-A: b", "X A: b", "X-A", ": b", "X-A\x00: b", "X-A: \x00", "X-A: \x01", "X-A: \x7f", "X-A: a\rb", "(X): b", "X@A: b", "X-Ä: b", "\x80: b", "\"X\": b", "X/A: b", "X-A: b\r\n c", "X-A: b\r\n\tc", "[X]: b", "X,A: b", "X;A: b", "{X}: b",
	} {
		c.add(refuse, "header "+strconv.Quote(header), "GET /livez"+headers+header+"\r\n"+ending)
		c.add(refuse, "first header "+strconv.Quote(header), "GET /livez HTTP/1.1\r\n"+header+"\r\nHost: harbor\r\n"+ending)
	}
	for _, expectation := range []string{"200-ok", "x", "100-continue=1"} {
		c.add(refuse, "expectation "+expectation, c.posting()+"Expect: "+expectation+"\r\nContent-Length: "+strconv.Itoa(len(refused1))+"\r\n"+ending+refused1)
	}
}

// badTypes are bodies that are not said to be JSON.
func badTypes(_ *testing.T, c *catalog) {
	c.group = "content types"
	post := func(want verdict, name, header string) {
		body := refused1
		if want != refuse {
			body = granted1
		}
		c.add(want, name, "POST /v1/orders"+headers+header+c.key()+"Content-Length: "+strconv.Itoa(len(body))+"\r\n"+ending+body)
		c.add(want, name+", in chunks", "POST /v1/orders"+headers+header+c.key()+"Transfer-Encoding: chunked\r\n"+ending+inChunks(body))
	}
	post(refuse, "none", "")
	for _, text := range []string{
		"", "text/plain", "text/json", "application/jsonx", "application/jso", "application/ json", "application /json", "application", "json", "/", "*/*", "application/*", "application/xml", "text/xml", "text/html", "application/x-www-form-urlencoded",
		"multipart/form-data", "multipart/form-data; boundary=x", "application/octet-stream", "application/json-seq", "application/x-ndjson", "application/jsonp", "application/javascript", "application/yaml", "application/cbor", "application/msgpack", "image/png",
		"application/json/x", ";application/json", "application/json,text/plain", "application/json, application/json", "\"application/json\"", "application/json\x0bx", "applicatıon/json", "text/plain; application/json", "application%2fjson", strings.Repeat("a", 50_000),
	} {
		post(refuse, fmt.Sprintf("%.40q", text), "Content-Type: "+text+"\r\n")
	}
	for _, text := range []string{"application/json", "APPLICATION/JSON", "application/json; charset=utf-8", "application/json;charset=UTF-8", "application/json ;x=y"} {
		post(accept, text, "Content-Type: "+text+"\r\n")
	}
	for _, text := range []string{"application/json; charset=utf-16", "application/json; =", "application/json;", "application/problem+json", "application/json\r\nContent-Type: text/plain"} {
		post(either, text, "Content-Type: "+text+"\r\n")
	}
}

// oversize are messages beyond limits.
func oversize(_ *testing.T, c *catalog) {
	c.group = "sizes"
	const limit = 1 << 20
	for _, n := range []int{limit + 1, limit + 4096, 3 * limit} {
		spaces := strings.Repeat(" ", n-len(refused1))
		c.post(refuse, fmt.Sprintf("body of %d bytes", n), refused1+spaces)
		c.post(refuse, fmt.Sprintf("body of %d bytes, the order last", n), spaces+refused1)
		c.post(refuse, fmt.Sprintf("string of %d bytes", n), strings.Replace(refused1, "refused", strings.Repeat("a", n), 1))
	}
	c.post(accept, "body at the limit", granted1+strings.Repeat(" ", limit-len(granted1)))
	for _, n := range []string{"1048577", "1073741824", "1000000000000", "9223372036854775807"} {
		c.add(refuse, "announced "+n, c.posting()+"Content-Length: "+n+"\r\n"+ending)
	}
	for _, n := range []int{70_000, 100_000, 1_000_000} {
		long := strings.Repeat("a", n)
		for name, sent := range map[string]string{
			"header": "GET /livez" + headers + "X-A: " + long + "\r\n" + ending, "header's name": "GET /livez" + headers + long + ": b\r\n" + ending, "path": "GET /" + long + headers + ending, "query": "GET /livez?" + long + headers + ending,
			"method": long + " /livez" + headers + ending, "version": "GET /livez HTTP/" + long + "\r\n" + ending, "host": "GET /livez HTTP/1.1\r\nHost: " + long + "\r\n" + ending, "cookie": "GET /livez" + headers + "Cookie: a=" + long + "\r\n" + ending,
			"credentials": "GET /v1/orders/" + zeroID + " HTTP/1.1\r\nHost: harbor\r\nAuthorization: Bearer " + long + "\r\n" + ending, "line without an end": long,
			"headers": "GET /livez" + headers + strings.Repeat("X-A: b\r\n", n/8) + ending, "cookies": "GET /livez" + headers + strings.Repeat("Cookie: a=b\r\n", n/13) + ending,
			"trailer": c.posting() + "Transfer-Encoding: chunked\r\n" + ending + "3b\r\n" + refused1 + "\r\n0\r\nX: " + long + "\r\n\r\n",
		} {
			c.give(attack{c.group, fmt.Sprintf("%s of %d bytes", name, n), sent, name == "line without an end", refuse})
		}
	}
	for name, sent := range map[string]string{
		"header": "X-A: " + strings.Repeat("a", 60_000) + "\r\n", "headers": strings.Repeat("X-A: b\r\n", 5000), "cookies": "Cookie: " + strings.Repeat("a=b;", 10_000) + "\r\n", "languages": "Accept-Language: " + strings.Repeat("en,", 15_000) + "\r\n",
		"codings": "Accept-Encoding: " + strings.Repeat("gzip;q=0.1,", 4000) + "\r\n", "types": "Accept: " + strings.Repeat("a/b;q=0.1,", 4000) + "\r\n", "request ID": "X-Request-Id: " + strings.Repeat("a", 50_000) + "\r\n", "trace": "Traceparent: " + strings.Repeat("0", 50_000) + "\r\n",
		"forwarded": "X-Forwarded-For: " + strings.Repeat("1.2.3.4,", 7000) + "\r\n", "ranges": "Range: bytes=" + strings.Repeat("0-1,", 10_000) + "\r\n", "tags": "If-None-Match: " + strings.Repeat(`"a",`, 10_000) + "\r\n",
	} {
		c.add(accept, "many "+name+" that are allowed", "GET /livez"+headers+sent+ending)
		c.add(either, "many "+name+" for the docs", "GET /docs"+headers+sent+ending)
	}
}

// badMethods are methods that no operation has.
func badMethods(_ *testing.T, c *catalog) {
	c.group = "methods"
	for _, method := range []string{"TRACE", "TRACK", "PUT", "DELETE", "PATCH", "PROPFIND", "QUERY", "PRI", "M-SEARCH", "get", "Post", "X", "GETT", "CONNECT", strings.Repeat("A", 10_000), "!#$%&'*+-.^_`|~"} {
		for _, target := range []string{"/v1/orders", "/v1/orders/" + zeroID, "/livez", "/nowhere", "/openapi.json", "/docs", "/"} {
			c.add(refuse, fmt.Sprintf("%.20s %s", method, target), method+" "+target+headers+ending)
			c.add(refuse, fmt.Sprintf("%.20s %s, overridden", method, target), method+" "+target+"?_method=GET"+headers+"X-HTTP-Method-Override: GET\r\n"+ending)
		}
	}
	for _, target := range []string{"/v1/orders", "/livez", "*", "/nowhere"} {
		c.add(either, "OPTIONS "+target, "OPTIONS "+target+headers+ending)
	}
}

// otherProtocols are what is not HTTP.
func otherProtocols(_ *testing.T, c *catalog) {
	c.group = "other protocols"
	random := rand.New(rand.NewPCG(*seed, 3))
	add := func(name, sent string) { c.give(attack{c.group, name, sent, true, cut}) }
	for name, sent := range map[string]string{
		"TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00", "HTTP/0.9": "GET /livez\r\n", "HTTP/0.9, LF": "GET /livez\n", "SSH": "SSH-2.0-OpenSSH_9.0\r\n",
		"SMTP": "EHLO evil.example\r\nMAIL FROM:<a@b>\r\n", "FTP": "USER anonymous\r\n", "Redis": "*1\r\n$4\r\nPING\r\n", "memcached": "stats\r\n", "PROXY": "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n", "PROXY 2": "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c",
		"empty headers": strings.Repeat("\r\n", 1000), "LFs": strings.Repeat("\n", 100_000), "NULs": strings.Repeat("\x00", 100_000), "spaces": strings.Repeat(" ", 100_000), "nothing": "",
	} {
		add(name, sent)
	}
	for n := range 200 {
		noise := make([]byte, 1+random.IntN(2000))
		for i := range noise {
			noise[i] = byte(random.IntN(256))
		}
		add("noise "+strconv.Itoa(n), string(noise))
		add("noise as a head "+strconv.Itoa(n), "GET /livez"+headers+string(noise)+"\r\n\r\n")
		add("noise as a body "+strconv.Itoa(n), c.posting()+"Content-Length: "+strconv.Itoa(len(noise))+"\r\n"+ending+string(noise))
	}
}

// badPaths try to leave the place where they begin.
func badPaths(_ *testing.T, c *catalog) {
	c.group = "paths"
	steps := []string{
		"../", "..%2f", "%2e%2e/", "%2e%2e%2f", ".%2e/", "%2e./", "..%5c", `..\`, "%252e%252e/", "%252e%252e%252f", "..%252f", "..;/", "..%00/", "%00../", "....//", "..//", ".//", "./", "//", "%2f%2f", "%c0%ae%c0%ae/", "..%c0%af", "%uff0e%uff0e/", "..%ef%bc%8f", "..%0d%0a", "%ff", "..%09/",
	}
	for _, begin := range []string{"/", "/v1/", "/v1/orders/", "/v1/customers/", "/docs/", "/openapi.json/", "/livez/"} {
		for _, step := range steps {
			for _, end := range []string{"etc/passwd", "livez", "harbor.db", ""} {
				want := refuse
				if begin == "/docs/" && (step == "./" || step == "//" || step == ".//") || end == "livez" && begin == "/" || end == "" {
					want = either
				}
				c.get(want, "one step", begin+step+end)
				c.get(want, "many steps", begin+strings.Repeat(step, 8)+end)
			}
		}
	}
	for _, target := range []string{
		"/.git/config", "/.env", "/harbor.db", "/harbor-data/harbor.db", "/wp-login.php", "/admin", "/debug/pprof/", "/debug/vars", "/metrics", "/actuator/env", "/server-status", "/etc/passwd", "/proc/self/environ", "//evil.example/", "/\\evil.example", "/v1", "/v1/", "/v1/orders/", "/V1/orders", "/v1/Orders",
		"/v1/orders/" + zeroID + "/", "/v1/orders/" + strings.ToUpper(zeroID), "/v1/orders/{order_id}", "/v1/orders/" + zeroID + ".json", "/v1/orders/" + zeroID + ";a=b", "/v1/orders/" + zeroID + "%20", "/v1/orders/%20" + zeroID, "/v1/orders/" + zeroID + "%00", "/v1/orders/0", "/v1/orders/-1", "/v1/orders/null",
		"/v1/orders/1%27%20OR%20%271%27=%271", "/v1/orders/%3Cscript%3E", "/v1/orders/${7*7}", "/v1/orders/{{7*7}}", "/v1/orders/%0d%0aX-A:b", "/v1/orders/" + strings.Repeat("a", 50_000), "/" + strings.Repeat("a/", 20_000), "/v1/customers//orders", "/v1/customers/%00/orders/", "/v1/customers/%ff/orders", "/v1/customers/" + strings.Repeat("c", 65) + "/orders",
	} {
		c.get(refuse, fmt.Sprintf("%.50s", target), target)
	}
}

// badQueries have parameters that are wrong.
func badQueries(_ *testing.T, c *catalog) {
	c.group = "queries"
	const list = "/v1/customers/c/orders"
	for _, bad := range []string{"%", "%2", "%zz", "%2z", "%z2", "%%", "%%32", "%u0041", "%-1", "% 1", "%0", "a%", "%c3%", "%\xff"} {
		for _, target := range []string{list + "?limit=" + bad, list + "?cursor=" + bad, list + "?x=" + bad, list + "?" + bad + "=x", list + "?" + bad, "/v1/customers/" + bad + "/orders", "/v1/orders/" + bad, "/" + bad} {
			c.get(refuse, bad+" in "+target, target)
		}
	}
	for _, limit := range []string{"0", "-1", "101", "1e2", "1.0", "+1", "%2B1", "0x10", "9223372036854775808", strings.Repeat("1", 40_000), "NaN", "true", "null", "%00", "1%00", "%201", "1%20", "%D9%A1", "1,2", "1;2", "[1]", "''", "1'--", "%ff"} {
		c.get(refuse, fmt.Sprintf("limit %.30s", limit), list+"?limit="+limit)
	}
	for _, target := range []string{list + "?limit=1&limit=1", list + "?limit=1&limit=2", list + "?limit=1&li%6dit=2", list + "?cursor=a&cursor=b", list + "?" + strings.Repeat("limit&", 10_000) + "limit=1", list + "?" + strings.Repeat("limit=1&", 8000)} {
		c.get(refuse, fmt.Sprintf("%.60s", target), target)
	}
	for _, target := range []string{list + "?" + strings.Repeat("x=1&", 10_000), list + "?" + strings.Repeat("&", 10_000), list + "?" + strings.Repeat("=", 10_000), list + "?" + strings.Repeat("%41=%42&", 7000), "/livez?" + strings.Repeat("x&", 10_000)} {
		c.get(accept, fmt.Sprintf("%.60s", target), target)
	}
	for _, target := range []string{list + "?Limit=1000", list + "?limit[]=1", list + "?limit%00=1", list + "?x=1;limit=0", list + "?limit", list + "?limit=", list + "?limit=010", list + "?__proto__=1", list + "?x=%ff"} {
		c.get(either, target, target)
	}
	random := rand.New(rand.NewPCG(*seed, 4))
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=~"
	for n := range 150 {
		cursor := make([]byte, 1+random.IntN(600))
		for i := range cursor {
			cursor[i] = alphabet[random.IntN(len(alphabet))]
		}
		c.get(refuse, "cursor "+strconv.Itoa(n), list+"?cursor="+string(cursor))
	}
}
