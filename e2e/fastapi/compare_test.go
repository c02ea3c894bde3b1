package fastapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// differences lists how an answer differs from the recorded one, in words that begin with
// status, header or body.
func (e *exchange) differences(got *answer) (list []string) {
	want := &e.Response
	if e.ReferenceDefect {
		if got.status >= 500 || got.status < 200 {
			return []string{fmt.Sprintf("status %d for a bad request", got.status)}
		}
		return nil
	}
	if got.status != want.Status {
		list = append(list, fmt.Sprintf("status %d, want %d", got.status, want.Status))
	}
	list = append(list, e.headerDifferences(got)...)
	switch {
	case slices.Contains(e.Volatile.Body, "(body)"), e.Request.Method == http.MethodHead:
	case want.TextOmitted != "":
		if !bytes.Contains(got.body, []byte("<title>"+want.HTMLTitle+"</title>")) {
			list = append(list, "body has not the title "+want.HTMLTitle)
		}
	case isDocument(e):
	case want.JSON != nil:
		list = append(list, e.jsonDifferences(got.body)...)
	default:
		text := []byte(want.Text)
		if want.Base64 != nil {
			text = want.Base64
		}
		if !bytes.Equal(normal(got.body), normal(text)) {
			list = append(list, fmt.Sprintf("body %.300q, want %.300q", got.body, text))
		}
	}
	return list
}

// normal returns a text in which lines of JSON, and those of events, have no white space.
func normal(text []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(text) {
		data, isData := bytes.CutPrefix(line, []byte("data: "))
		if isData {
			out.WriteString("data: ")
		}
		if json.Compact(&out, data) == nil {
			out.WriteByte('\n')
		} else {
			out.Write(data)
		}
	}
	return out.Bytes()
}

// isDocument reports whether the answer is the OpenAPI document, which is compared by its essentials.
func isDocument(e *exchange) bool {
	return strings.HasSuffix(e.Request.Target, "openapi.json") && e.Response.Status == http.StatusOK
}

// framing are headers that say how a body is sent.
var framing = []string{"content-length", "transfer-encoding"}

func (e *exchange) headerDifferences(got *answer) (list []string) {
	want := make(http.Header)
	for _, h := range e.Response.Headers {
		if !slices.Contains(framing, h[0]) && !slices.Contains(e.Volatile.Headers, h[0]) {
			want.Add(h[0], h[1])
		}
	}
	for _, name := range []string{"Content-Type", "Set-Cookie", "Location", "Www-Authenticate", "Allow", "Vary", "Content-Encoding"} {
		if want[name] == nil && got.header[name] != nil && !slices.Contains(e.Volatile.Headers, strings.ToLower(name)) {
			list = append(list, fmt.Sprintf("header %s: %q, want none", name, got.header[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if a, b := meaning(name, got.header[name]), meaning(name, want[name]); !slices.Equal(a, b) {
			list = append(list, fmt.Sprintf("header %s: %q, want %q", name, a, b))
		}
	}
	return list
}

// meaning returns the values of a header in a form that is the same for the same meaning.
func meaning(name string, values []string) (list []string) {
	for _, v := range values {
		switch name {
		case "Content-Type":
			t, params, err := mime.ParseMediaType(v)
			if err == nil {
				v = strings.ToLower(mime.FormatMediaType(t, params))
			}
			list = append(list, v)
		case "Allow", "Vary", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers":
			for item := range strings.SplitSeq(v, ",") {
				list = append(list, strings.ToLower(strings.TrimSpace(item)))
			}
		case "Set-Cookie", "Cache-Control":
			parts := strings.Split(strings.ToLower(v), ";")
			for i := range parts {
				parts[i] = strings.TrimSpace(parts[i])
			}
			slices.Sort(parts)
			list = append(list, strings.Join(parts, "; "))
		default:
			list = append(list, v)
		}
	}
	slices.Sort(list)
	return list
}

func (e *exchange) jsonDifferences(body []byte) []string {
	got, err := decodeJSON(body)
	if err != nil {
		return []string{fmt.Sprintf("body %.300q is no JSON", body)}
	}
	want, err := decodeJSON(e.Response.JSON)
	if err != nil {
		return []string{"body of the recording is no JSON"}
	}
	var list []string
	e.compare("", got, want, &list)
	return list
}

func decodeJSON(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// compare adds how got differs from want, which are at pointer.
func (e *exchange) compare(pointer string, got, want any, list *[]string) {
	if slices.Contains(e.Volatile.Body, pointer) {
		return
	}
	differ := func(format string, args ...any) {
		*list = append(*list, "body "+pointer+": "+fmt.Sprintf(format, args...))
	}
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			differ("%s, want %s", short(got), short(want))
			return
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			if v, ok := object[name]; ok {
				e.compare(pointer+"/"+name, v, want[name], list)
			} else {
				differ("no member %s, want %s", name, short(want[name]))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(object)) {
			if _, ok := want[name]; !ok {
				differ("member %s, want none", name)
			}
		}
	case []any:
		array, ok := got.([]any)
		if !ok || len(array) != len(want) {
			differ("%s, want %s", short(got), short(want))
			return
		}
		if slices.Contains(e.Volatile.Unordered, pointer) {
			order := func(a, b any) int { return strings.Compare(short(a), short(b)) }
			slices.SortFunc(array, order)
			slices.SortFunc(want, order)
		}
		for i := range want {
			e.compare(pointer+"/"+strconv.Itoa(i), array[i], want[i], list)
		}
	case json.Number:
		if n, ok := got.(json.Number); !ok || !sameNumber(n, want) {
			differ("%s, want %s", short(got), want)
		}
	default:
		if got != want {
			differ("%s, want %s", short(got), short(want))
		}
	}
}

func sameNumber(a, b json.Number) bool {
	x, okX := new(big.Rat).SetString(a.String())
	y, okY := new(big.Rat).SetString(b.String())
	return okX && okY && x.Cmp(y) == 0
}

// short is v as JSON, cut where it is long.
func short(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%.300s", text)
}
