package things

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"runtime/metrics"
	"time"
)

// Main is the function main of a program: it registers with open, says on standard output
// what that took, and answers requests of the listener that it has inherited until it is
// interrupted. Its first line is: nanoseconds, bytes allocated, allocations.
func Main(open func() (http.Handler, error)) {
	if err := run(open); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(open func() (http.Handler, error)) error {
	before := allocated()
	start := time.Now()
	handler, err := open()
	took := time.Since(start)
	if err != nil {
		return err
	}
	after := allocated()
	fmt.Println(took.Nanoseconds(), after[0]-before[0], after[1]-before[1])
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	_ = server.Serve(listener)
	runtime.KeepAlive(handler)
	return nil
}

// allocated returns how many bytes and objects were allocated until now. It does not stop the world.
func allocated() [2]uint64 {
	samples := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/allocs:objects"}}
	metrics.Read(samples)
	return [2]uint64{samples[0].Value.Uint64(), samples[1].Value.Uint64()}
}
