// SPDX-License-Identifier: Apache-2.0

package journal

import "errors"

// lifecycle tells how far Close is. Each of its channels is closed once;
// nothing is sent to one.
type lifecycle struct {
	closing chan struct{} // Close began
	stopped chan struct{} // the sync loop has ended
	closed  chan struct{} // Close has ended

	// err is what Close returns. The sync loop sets it before stopped is
	// closed, then the first Close before closed is.
	err error
}

func newLifecycle() lifecycle {
	return lifecycle{closing: make(chan struct{}), stopped: make(chan struct{}), closed: make(chan struct{})}
}

// Close fsyncs what was appended and the checkpoint, deletes what is done,
// ends the sync loop, closes all files and gives the directory free. It may be
// called any number of times, from several goroutines; each call returns the
// same error when all of that is over. Readers and those that wait get
// ErrClosed. What was not done is there at the next Open.
func (j *Journal) Close() error {
	life := &j.lifecycle
	if !j.log.close() {
		<-life.closed
		return life.err
	}
	var open []*Reader
	for _, c := range j.consumers.all {
		if reader := c.readers.close(); reader != nil {
			open = append(open, reader)
		}
	}
	close(life.closing)
	<-life.stopped
	for _, reader := range open {
		reader.close()
	}
	j.opt.BeforeUnlock()
	life.err = errors.Join(life.err, j.place.close())
	close(life.closed)
	return life.err
}
