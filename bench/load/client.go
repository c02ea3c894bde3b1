package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"strconv"
)

// A client sends one request after another on one connection. It costs little of the
// machine that it shares with the service: no net/http, no answer that is kept.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	key  string // API key
	out  []byte // the request, used again
}

func dial(s *service) (*client, error) {
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", s.name, err)
	}
	return &client{conn: conn, in: bufio.NewReader(conn), key: s.key}, nil
}

// create creates an order and returns its path.
func (c *client) create() (path string, err error) {
	key := rand.Text()
	c.begin("POST", "/v1/orders")
	body := fmt.Appendf(nil, `{"customer_id":"cus_%s","amount_cents":%d,"currency":"EUR"}`, key[:2], 1+int(key[2])*1999)
	c.out = fmt.Appendf(c.out, "Content-Type: application/json\r\nContent-Length: %d\r\nIdempotency-Key: %s\r\n\r\n", len(body), key)
	c.out = append(c.out, body...)
	return c.end("201")
}

// get reads the order at path.
func (c *client) get(path string) error {
	c.begin("GET", path)
	c.out = append(c.out, "\r\n"...)
	_, err := c.end("200")
	return err
}

func (c *client) begin(method, path string) {
	c.out = fmt.Appendf(c.out[:0], "%s %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: load\r\nAccept: application/json\r\nAuthorization: Bearer %s\r\n", method, path, c.key)
}

var errAnswer = errors.New("answer is not as it should be")

// end sends the request and reads the answer to its end.
func (c *client) end(status string) (location string, err error) {
	if _, err := c.conn.Write(c.out); err != nil {
		return "", err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	if len(line) < 12 || string(line[9:12]) != status {
		return "", fmt.Errorf("%w: %q, want status %s", errAnswer, line, status)
	}
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		name, value, ok := bytes.Cut(bytes.TrimSpace(line), []byte(": "))
		if !ok {
			break
		}
		switch string(name) {
		case "Content-Length":
			length, err = strconv.Atoi(string(value))
		case "Location":
			location = string(value)
		}
		if err != nil {
			return "", err
		}
	}
	if n, err := c.in.Discard(length); err != nil {
		return "", fmt.Errorf("%w: %d of %d bytes: %w", errAnswer, n, length, err)
	}
	return location, nil
}
