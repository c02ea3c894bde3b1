package tenontest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// items returns the items of a stream as JSON, and false for a media type whose items nobody
// can tell apart. Of a stream that was cut off the last one may be incomplete and is left out.
func items(mediaType string, body []byte, cut bool) (list [][]byte, ok bool) {
	switch mediaType {
	case "application/jsonl", "application/x-ndjson", "application/json-seq":
		return lines(body, cut), true
	case "text/event-stream":
		return events(body), true
	}
	return nil, false
}

// lines returns the lines that are not empty. Source: jsonlines.org; RFC 7464, section 2.1, for
// what may stand before them.
func lines(body []byte, cut bool) (list [][]byte) {
	if end := bytes.LastIndexByte(body, '\n'); cut {
		body = body[:end+1]
	}
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		if line = bytes.TrimPrefix(bytes.TrimSpace(line), []byte("\x1e")); len(line) > 0 {
			list = append(list, line)
		}
	}
	return list
}

// events returns the events that a client would see, or that tell it something, as objects of their fields. One
// that no empty line ends is none. Source: WHATWG HTML, section 9.2.6.
func events(body []byte) (list [][]byte) {
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(body))
	event := make(map[string]any)
	for line := range strings.SplitAfterSeq(text, "\n") {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		value = strings.TrimPrefix(value, " ")
		before, again := event[name].(string)
		switch {
		case line == "\n" && len(event) > 0:
			item, _ := json.Marshal(event) // of texts and numbers: it cannot fail
			list, event = append(list, item), make(map[string]any)
		case name == "retry":
			if n, err := strconv.ParseUint(value, 10, 63); err == nil {
				event[name] = n
			}
		case name == "data" && again:
			event[name] = before + "\n" + value
		case name == "data", name == "event", name == "id":
			event[name] = value
		}
	}
	return list
}

// checkItems returns how the items of a stream break their schema, which pointer leads to.
func (j *judge) checkItems(pointer, mediaType string, resp *Response) error {
	list, ok := items(mediaType, resp.Body, resp.Cut)
	if !ok {
		return nil
	}
	schema, err := j.schema(pointer)
	if err != nil {
		return err
	}
	for i, item := range list {
		if err := schema.Validate(item); err != nil {
			return fmt.Errorf("item %d of the body does not fit the document: %w\n%s", i, err, item)
		}
	}
	return nil
}
