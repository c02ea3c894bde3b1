package fault

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite "modernc.org/sqlite/lib"
)

// Files stands between SQLite and the operating system for all connections that this process opens
// until the test ends: what p fails is answered with the error that SQLite has for it. Calls that
// give something back, such as locks, are neither counted nor failed. If full, only those that
// write are, as on a full disk.
func Files(t testing.TB, p *Plan, full bool) {
	p.Clear()
	tls := libc.NewTLS()
	f := &files{plan: p, full: full, tables: map[uintptr]uintptr{}}
	original := sqlite.Xsqlite3_vfs_find(tls, 0)
	f.below = *at[sqlite.Tsqlite3_vfs](original)
	f.belowAt = original
	vfs := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(f.below)))
	name, err := libc.CString("faulty")
	if vfs == 0 || err != nil {
		t.Fatalf("no memory: %v", err)
	}
	own := f.below
	own.FpNext, own.FzName = 0, name
	own.FxOpen = pointer(f, f.open)
	own.FxDelete = pointer(f, f.remove)
	own.FxAccess = pointer(f, f.access)
	*at[sqlite.Tsqlite3_vfs](vfs) = own
	if rc := sqlite.Xsqlite3_vfs_register(tls, vfs, 1); rc != sqlite.SQLITE_OK {
		t.Fatalf("register: %d", rc)
	}
	t.Cleanup(func() {
		p.Clear()
		sqlite.Xsqlite3_vfs_unregister(tls, vfs)
		sqlite.Xsqlite3_vfs_register(tls, original, 1)
		tls.Close()
		runtime.KeepAlive(f) // until here: only memory of C refers to its functions
	})
}

// files is a VFS of SQLite over another one.
// Source: SQLite, "The OS Interface or VFS".
type files struct {
	plan    *Plan
	full    bool
	below   sqlite.Tsqlite3_vfs
	belowAt uintptr
	kept    []any // functions that only memory of C refers to

	mu     sync.Mutex
	tables map[uintptr]uintptr // from the methods of files below to those of this VFS
}

// The functions of the interface that take arguments of these types.
type (
	ofName  = func(*libc.TLS, uintptr, uintptr, int32) int32
	ofOpen  = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	ofCheck = func(*libc.TLS, uintptr, uintptr, int32, uintptr) int32
	ofBytes = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	ofSize  = func(*libc.TLS, uintptr, int64) int32
	ofFlags = func(*libc.TLS, uintptr, int32) int32
	ofOut   = func(*libc.TLS, uintptr, uintptr) int32
	ofMap   = func(*libc.TLS, uintptr, int32, int32, int32, uintptr) int32
	ofLocks = func(*libc.TLS, uintptr, int32, int32, int32) int32
)

// fails reports whether a call fails that a full disk lets pass.
func (f *files) fails() bool { return !f.full && f.plan.next() }

// at returns what is at an address.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

// function returns the function whose pointer C has.
func function[F any](address uintptr) F { return *(*F)(unsafe.Pointer(&address)) }

// pointer returns a function as C has it.
func pointer[F any](f *files, fn F) uintptr {
	f.kept = append(f.kept, fn)
	return *(*uintptr)(unsafe.Pointer(&fn))
}

func (f *files) remove(tls *libc.TLS, _, name uintptr, sync int32) int32 {
	if f.fails() {
		return sqlite.SQLITE_IOERR_DELETE
	}
	return function[ofName](f.below.FxDelete)(tls, f.belowAt, name, sync)
}

func (f *files) access(tls *libc.TLS, _, name uintptr, flags int32, out uintptr) int32 {
	if f.fails() {
		return sqlite.SQLITE_IOERR_ACCESS
	}
	return function[ofCheck](f.below.FxAccess)(tls, f.belowAt, name, flags, out)
}

func (f *files) open(tls *libc.TLS, _, name, file uintptr, flags int32, out uintptr) int32 {
	methods := &at[sqlite.Tsqlite3_file](file).FpMethods
	if f.fails() {
		*methods = 0
		return sqlite.SQLITE_CANTOPEN
	}
	rc := function[ofOpen](f.below.FxOpen)(tls, f.belowAt, name, file, flags, out)
	if rc == sqlite.SQLITE_OK && *methods != 0 {
		*methods = f.over(tls, *methods)
	}
	return rc
}

// over returns the methods that stand before those of a file.
func (f *files) over(tls *libc.TLS, below uintptr) uintptr {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.tables[below] == 0 {
		table := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(sqlite.Tsqlite3_io_methods{})))
		if table == 0 {
			panic(fmt.Sprintf("no memory for %d", below))
		}
		*at[sqlite.Tsqlite3_io_methods](table) = f.methods(*at[sqlite.Tsqlite3_io_methods](below))
		f.tables[below] = table
	}
	return f.tables[below]
}

func (f *files) methods(m sqlite.Tsqlite3_io_methods) sqlite.Tsqlite3_io_methods {
	flags := func(next ofFlags, code int32) uintptr {
		return pointer(f, func(tls *libc.TLS, file uintptr, flags int32) int32 {
			if f.fails() {
				return code
			}
			return next(tls, file, flags)
		})
	}
	read, write := function[ofBytes](m.FxRead), function[ofBytes](m.FxWrite)
	m.FxRead = pointer(f, func(tls *libc.TLS, file, buf uintptr, n int32, offset int64) int32 {
		if f.fails() {
			return sqlite.SQLITE_IOERR_READ
		}
		return read(tls, file, buf, n, offset)
	})
	m.FxWrite = pointer(f, func(tls *libc.TLS, file, buf uintptr, n int32, offset int64) int32 {
		if f.full && f.plan.next() {
			return sqlite.SQLITE_FULL
		}
		if f.fails() {
			return sqlite.SQLITE_IOERR_WRITE
		}
		return write(tls, file, buf, n, offset)
	})
	m.FxSync = flags(function[ofFlags](m.FxSync), sqlite.SQLITE_IOERR_FSYNC)
	m.FxLock = flags(function[ofFlags](m.FxLock), sqlite.SQLITE_IOERR_LOCK)
	truncate, size, shared, lock := function[ofSize](m.FxTruncate), function[ofOut](m.FxFileSize), function[ofMap](m.FxShmMap), function[ofLocks](m.FxShmLock)
	m.FxTruncate = pointer(f, func(tls *libc.TLS, file uintptr, n int64) int32 {
		if f.fails() {
			return sqlite.SQLITE_IOERR_TRUNCATE
		}
		return truncate(tls, file, n)
	})
	m.FxFileSize = pointer(f, func(tls *libc.TLS, file, out uintptr) int32 {
		if f.fails() {
			return sqlite.SQLITE_IOERR_FSTAT
		}
		return size(tls, file, out)
	})
	m.FxShmMap = pointer(f, func(tls *libc.TLS, file uintptr, page, n, extend int32, out uintptr) int32 {
		if f.fails() {
			return sqlite.SQLITE_IOERR_SHMMAP
		}
		return shared(tls, file, page, n, extend, out)
	})
	m.FxShmLock = pointer(f, func(tls *libc.TLS, file uintptr, offset, n, flags int32) int32 {
		if flags&sqlite.SQLITE_SHM_UNLOCK == 0 && f.fails() {
			return sqlite.SQLITE_IOERR_SHMLOCK
		}
		return lock(tls, file, offset, n, flags)
	})
	return m
}
