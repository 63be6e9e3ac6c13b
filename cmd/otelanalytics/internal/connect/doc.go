// SPDX-License-Identifier: Apache-2.0

// Package connect is what the commands share that look at a deployment: the flags that say which one, and a connection
// to its MongoDB.
//
//	flags := connect.AddFlags(cmd)     // --config, --uri, --database, --collection
//	flags.AddDataDir(cmd)              // --data-dir, for commands that look at a journal
//	…
//	c, err := flags.Load()             // the configuration, without a look at any server
//	db, err := connect.MongoDB(ctx, c) // for what mongostore's Reader does not do
//	defer db.Close()
package connect
