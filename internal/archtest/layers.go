// Package archtest checks what a compiler does not: that imports point down (the table in this
// file), that the exported names are those recorded in the folder api, and that the rules listed
// in docs/rules.md have the tests they claim.
//
// It reads every Go file of every module of the repository, whatever its build constraints, and
// compiles none. Folders that the go command ignores (testdata, vendor, names that begin with "."
// or "_") are ignored here too.
package archtest

// maxExported is how many names the root package may export.
const maxExported = 60

// assertPackage and clientPackage may be imported by every test file.
const (
	assertPackage = "internal/assert"
	clientPackage = "tenontest"
)

// A row of the layer table says what a package may import.
type row struct {
	height int      // every package of the repository that it imports is lower
	only   []string // if not nil, it imports no package of the repository but these
	never  []string // packages of the standard library that it does not import
}

// layers has a row for each package, by its folder in the repository; "" is the root package.
// Heights have gaps, so that a package can be put between two others.
var layers = map[string]row{
	// Kits that know nothing of each other.
	"internal/assert":     {height: 0},
	"internal/wire":       {height: 0, never: []string{"encoding/json", "net/http", "reflect"}},
	"internal/graph":      {height: 0, never: []string{"net/http"}},
	"internal/deadline":   {height: 0, never: []string{"net/http"}},
	"internal/observe":    {height: 0, never: []string{"net/http"}},
	"internal/guard":      {height: 0},
	"internal/jsonschema": {height: 0, never: []string{"net/http", "reflect"}},
	"openapi":             {height: 0, never: []string{"net/http", "reflect"}},
	"page":                {height: 0, never: []string{"net/http"}},
	"upload":              {height: 0, never: []string{"net/http", "reflect"}},

	// What is built on one of them.
	"openapi/lint": {height: 1, only: []string{"internal/jsonschema"}, never: []string{"net/http", "reflect"}},

	// What a request and an error are.
	"problem":   {height: 10},
	"transport": {height: 10},

	// What is built from them without knowing an app.
	"schema":           {height: 20, never: []string{"net/http"}},
	"middleware":       {height: 20, only: []string{"problem"}},
	"internal/nethttp": {height: 20},
	"stream":           {height: 25, never: []string{"reflect"}},
	"internal/route":   {height: 20, never: []string{"net/http", "reflect"}},

	// The framework, and what uses its public names.
	"":            {height: 30},
	"tenontest":   {height: 40},
	"fastapi":     {height: 40},
	"idempotency": {height: 40},
	"pagination":  {height: 40},
	"auth":        {height: 40},
	"sse":         {height: 40},
	"etag":        {height: 40},
	"file":        {height: 40},
	"webhook":     {height: 40},
	"ratelimit":   {height: 40},
	"health":      {height: 40},
	"jobs":        {height: 40},
	"background":  {height: 40},

	// What tests the parts that users write.
	"ratelimit/ratelimittest":     {height: 41},
	"webhook/webhooktest":         {height: 41},
	"jobs/jobstest":               {height: 41},
	"idempotency/idempotencytest": {height: 41},

	// Programs of README and guides.
	"examples":              {height: 45},
	"examples/answers":      {height: 44},
	"examples/background":   {height: 44},
	"examples/bodies":       {height: 44},
	"examples/checks":       {height: 44},
	"examples/dependencies": {height: 44},
	"examples/document":     {height: 44},
	"examples/errors":       {height: 44},
	"examples/limits":       {height: 44},
	"examples/lists":        {height: 44},
	"examples/hello":        {height: 44},
	"examples/jobs":         {height: 44},
	"examples/middleware":   {height: 44},
	"examples/models":       {height: 44},
	"examples/notes":        {height: 44},
	"examples/parameters":   {height: 44},
	"examples/presence":     {height: 44},
	"examples/probes":       {height: 44},
	"examples/quotas":       {height: 44},
	"examples/routing":      {height: 44},
	"examples/security":     {height: 44},
	"examples/server":       {height: 44},
	"examples/uploads":      {height: 44},
	"examples/versions":     {height: 44},
	"examples/unions":       {height: 44},
	"examples/webhooks":     {height: 44},

	// Modules of their own.
	"docsui":                           {height: 50},
	"adapters/jwtauth/internal/object": {height: 50, only: []string{}},
	"adapters/jwtauth/jws":             {height: 51, only: []string{"adapters/jwtauth/internal/object"}},
	"adapters/jwtauth":                 {height: 52},
	"adapters/redisstore":              {height: 50},
	"adapters/sqlitestore":             {height: 50},
	"adapters/pgstore/pgtest":          {height: 50, only: []string{}},
	"adapters/pgstore":                 {height: 51},
	"adapters/riverjobs":               {height: 52},

	// Programs that nobody imports.
	"services/harbor":                  {height: 60},
	"services/harbor/internal/fault":   {height: 60, only: []string{}},
	"services/harbor/internal/overlay": {height: 60, only: []string{}},
	"services/harbor/internal/tables":  {height: 60, only: []string{}},
	"services/harbor/api":              {height: 61},
	"services/harbor/storetest":        {height: 61},
	"services/harbor/postgres":         {height: 62},
	"services/harbor/sqlite":           {height: 62},
	"services/harbor/cmd/harbor":       {height: 63},
	"bench/work":                       {height: 60},
	"bench/ogenapi":                    {height: 60},
	"bench":                            {height: 61},
	"bench/twin":                       {height: 61},
	"bench/load":                       {height: 61},
	"bench/scale/things":               {height: 60},
	"bench/scale/tenon":                {height: 61},
	"bench/scale/huma":                 {height: 61},
	"bench/scale/fuego":                {height: 61},
	"bench/scale/gin":                  {height: 61},
	"bench/scale/plain":                {height: 61},
	"bench/scale":                      {height: 61},
	"cmd/tenonvet":                     {height: 60, only: []string{}},
	"e2e/internal/judge":               {height: 60, only: []string{}},
	"e2e/internal/broken":              {height: 63},
	"e2e/internal/node":                {height: 60, only: []string{}},
	"e2e":                              {height: 61},
	"e2e/docsui":                       {height: 61},
	"e2e/fastapi":                      {height: 61},
	"e2e/fastapi/apps":                 {height: 60},
	"e2e/jws":                          {height: 61},
	"e2e/schema":                       {height: 61},

	"internal/archtest": {height: 100, only: []string{}},
}
