#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# FerretDB 1.24 with SQLite: of updates under the condition of a revision, several win at once and only one remains.
#
# Expected  MongoDB updates one document atomically. Of writers that replace {_id, revision: n} at once, one matches. So the
#           number of replacements that matched is the revision of the document.
# Seen      Several writers are told that they matched and modified the document at one revision, and the last of them remains.
#           findOneAndUpdate with $inc, and updateOne with $inc, lose increments in the same way. Inserts of one _id are
#           refused but for the first. Version 1.24 is what embeds in Go; 2.x needs PostgreSQL.
# Versions  Go github.com/FerretDB/FerretDB 1.24.2 (SQLite), go.mongodb.org/mongo-driver/v2 2.10.0
# Date      2026-11-28
# Sources   https://www.mongodb.com/docs/manual/core/write-operations-atomicity/,
#           https://www.mongodb.com/docs/manual/tutorial/update-documents/ (behavior: atomicity)
set -euo pipefail

recorded='replaceOne by _id and revision: more matched than the revision says
updateOne with $inc: more modified than the counter says
findOneAndUpdate with $inc: more modified than the counter says
insertOne of one _id: one of 4 inserted, each time'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

const writers, rounds = 4, 50

type document struct {
	ID       string `bson:"_id"`
	Revision int64  `bson:"revision"`
}

func main() {
	dir, err := os.MkdirTemp("", "ferretdb")
	check(err)
	defer os.RemoveAll(dir)
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir + "/",
	})
	check(err)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	go server.Run(ctx)
	client, err := mongo.Connect(options.Client().ApplyURI(server.MongoDBURI()))
	check(err)
	documents := client.Database("findings").Collection("documents")

	insert(ctx, documents, "replace", "increment", "find")
	matched := together(func(int) int64 {
		var now document
		check(documents.FindOne(ctx, bson.M{"_id": "replace"}).Decode(&now))
		result, err := documents.ReplaceOne(ctx, bson.M{"_id": "replace", "revision": now.Revision}, document{"replace", now.Revision + 1})
		check(err)
		return result.MatchedCount
	})
	fmt.Printf("replaceOne by _id and revision: %s\n", compare(matched, revision(ctx, documents, "replace"), "matched", "revision"))

	modified := together(func(int) int64 {
		result, err := documents.UpdateOne(ctx, bson.M{"_id": "increment"}, bson.M{"$inc": bson.M{"revision": 1}})
		check(err)
		return result.ModifiedCount
	})
	fmt.Printf("updateOne with $inc: %s\n", compare(modified, revision(ctx, documents, "increment"), "modified", "counter"))

	modified = together(func(int) int64 {
		check(documents.FindOneAndUpdate(ctx, bson.M{"_id": "find"}, bson.M{"$inc": bson.M{"revision": 1}}).Err())
		return 1
	})
	fmt.Printf("findOneAndUpdate with $inc: %s\n", compare(modified, revision(ctx, documents, "find"), "modified", "counter"))

	inserted := together(func(round int) int64 {
		_, err := documents.InsertOne(ctx, document{ID: fmt.Sprint("insert ", round)})
		if mongo.IsDuplicateKeyError(err) {
			return 0
		}
		check(err)
		return 1
	})
	if inserted == rounds {
		fmt.Printf("insertOne of one _id: one of %d inserted, each time\n", writers)
	} else {
		fmt.Printf("insertOne of one _id: %d inserted in %d rounds\n", inserted, rounds)
	}
}

// together has the writers do one thing at once, in each round, and returns the sum of what they say.
func together(do func(round int) int64) int64 {
	var sum atomic.Int64
	for round := range rounds {
		var all sync.WaitGroup
		for range writers {
			all.Go(func() { sum.Add(do(round)) })
		}
		all.Wait()
	}
	return sum.Load()
}

func compare(said, is int64, verb, noun string) string {
	switch {
	case said > is:
		return fmt.Sprintf("more %s than the %s says", verb, noun)
	case said == is:
		return fmt.Sprintf("as many %s as the %s says", verb, noun)
	}
	return fmt.Sprintf("fewer %s than the %s says", verb, noun)
}

func insert(ctx context.Context, documents *mongo.Collection, ids ...string) {
	for _, id := range ids {
		_, err := documents.InsertOne(ctx, document{ID: id})
		check(err)
	}
}

func revision(ctx context.Context, documents *mongo.Collection, id string) int64 {
	var now document
	check(documents.FindOne(ctx, bson.M{"_id": id}).Decode(&now))
	return now.Revision
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/FerretDB/FerretDB@v1.24.2 -require=go.mongodb.org/mongo-driver/v2@v2.10.0
go build -mod=mod -o update . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./update 2>/dev/null)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
