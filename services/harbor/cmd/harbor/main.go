// Command harbor runs Harbor Payments.
//
//	harbor [serve]                serve requests; the default
//	harbor migrate [up]           bring the tables of the database up to date
//	harbor migrate down           undo the last step of that
//	harbor migrate status         print the steps
//	harbor add-merchant ID NAME   add a merchant and print its API key
//	harbor openapi [3.0] [yaml]   print the OpenAPI document, in version 3.1 and as JSON unless asked otherwise
//	harbor routes                 print the operations
//
// Each flag has an environment variable: --addr is HARBOR_ADDR, and so on.
// HARBOR_CURSOR_KEY, at least 32 bytes in base64, signs cursors in place of the
// key that is kept in the database. HARBOR_JWT_SECRET, of the same form, is the key
// of tokens that are signed with HS256.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "harbor:", err)
		os.Exit(1)
	}
}

// run is main with the world as arguments. Results go to stdout, logs to stderr.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	cfg, err := parse(args, getenv, stdout)
	if cfg == nil || err != nil {
		return err
	}
	switch cfg.command {
	case "migrate":
		return migrate(ctx, cfg, stdout)
	case "add-merchant":
		return addMerchant(ctx, cfg, stdout)
	case "openapi":
		return printDocument(cfg, stdout, stderr)
	case "routes":
		return printRoutes(cfg, stdout)
	}
	return serve(ctx, cfg, stdout, stderr)
}
