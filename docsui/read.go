package docsui

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// maxFile is how large a file may be, in bytes, also when it is unpacked. The largest
// there is, that of Scalar, has 3.6 million.
const maxFile = 16 << 20

// readFile reads a file of fsys, in the form in which it will be sent: name.gz if there is one.
func readFile(fsys fs.FS, name string) (*file, error) {
	data, err := readAll(fsys, name+".gz")
	if errors.Is(err, fs.ErrNotExist) {
		data, err = readAll(fsys, name)
		return newFile(name, data), err
	}
	if err == nil && len(data) < minGzip {
		err = fmt.Errorf("read %s.gz: %w", name, gzip.ErrHeader)
	}
	if err != nil {
		return nil, err
	}
	f := newFile(name, data)
	f.gzipped = true
	f.size = int(binary.LittleEndian.Uint32(data[len(data)-4:]))
	return f, nil
}

// minGzip is the length of the header and what comes after the data, which ends with
// the size before compression. Source: RFC 1952, sections 2.3 and 2.3.1.
const minGzip = 18

// verify unpacks a file that is compressed, which shows that it is whole and not too large.
// It takes milliseconds.
func (f *file) verify(name string) error {
	if !f.gzipped {
		return nil
	}
	z, err := gzip.NewReader(bytes.NewReader(f.data))
	var n int64
	if err == nil {
		n, err = io.Copy(io.Discard, io.LimitReader(z, maxFile+1))
	}
	if err != nil {
		return fmt.Errorf("read %s.gz: %w", name, err)
	}
	return checkSize(name+".gz", int(n))
}

// readAll reads a file of fsys, but none that is too large.
func readAll(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	return data, checkSize(name, len(data))
}

// checkSize refuses files that cannot be what they are taken for.
func checkSize(name string, size int) error {
	switch {
	case size == 0:
		return fmt.Errorf("read %s: it is empty", name)
	case size > maxFile:
		return fmt.Errorf("read %s: it has more than %d bytes", name, maxFile)
	}
	return nil
}
