// SPDX-License-Identifier: Apache-2.0

package wireserver

import "go.mongodb.org/mongo-driver/v2/bson"

// Command is what a client asks.
type Command struct {
	Name      string // in lower case, such as "insert"
	Body      bson.Raw
	Documents []bson.Raw // of an insert
}

// Action is what a script decides about a command.
type Action struct {
	kind   actionKind
	answer bson.D
	after  func()
	refuse func(bson.Raw) bson.D
}

type actionKind uint8

const (
	proceed actionKind = iota
	answerOnly
	answerAfter
	breakBefore
	breakAfter
)

// Proceed does what the command says.
var Proceed = Action{}

// Answer answers and does nothing.
func Answer(doc bson.D) Action { return Action{kind: answerOnly, answer: doc} }

// AnswerAfter does what the command says, and answers something else.
func AnswerAfter(doc bson.D) Action { return Action{kind: answerAfter, answer: doc} }

// Break closes the connection and does nothing.
func Break() Action { return Action{kind: breakBefore} }

// BreakAfter does what the command says, calls after if it is not nil, and
// closes the connection instead of answering.
func BreakAfter(after func()) Action { return Action{kind: breakAfter, after: after} }

// Refuse has an insert keep only the documents for which refuse returns nil;
// for each other one the answer has a write error with these elements.
func Refuse(refuse func(doc bson.Raw) bson.D) Action { return Action{refuse: refuse} }

// Failure is the answer to a command that failed, with an error code and its
// name.
func Failure(code int32, name string) bson.D {
	return bson.D{{Key: "ok", Value: 0.0}, {Key: "code", Value: code}, {Key: "codeName", Value: name}, {Key: "errmsg", Value: name}}
}

// WriteError is an element of the write errors of an insert.
func WriteError(code int32, message string) bson.D {
	return bson.D{{Key: "code", Value: code}, {Key: "errmsg", Value: message}}
}
