package redisstore_test

import (
	"log"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tenonapi/tenon/adapters/redisstore"
	"github.com/tenonapi/tenon/ratelimit"
)

func ExampleNew() {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379", ContextTimeoutEnabled: true})
	defer func() { _ = client.Close() }()
	store, err := redisstore.New(redisstore.Config{Client: client})
	if err != nil {
		log.Fatal(err)
	}
	_ = ratelimit.Limit(ratelimit.Config{Quota: 100, Window: time.Minute, Store: store, FailClosed: true})
}
