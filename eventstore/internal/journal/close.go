// SPDX-License-Identifier: Apache-2.0

package journal

import "errors"

// Close fsyncs what was appended and the checkpoint, deletes what is done,
// ends the sync loop, closes all files and gives the directory free. It may be
// called any number of times, from several goroutines; each call returns the
// same error when all of that is over. Readers and those that wait get
// ErrClosed. What was not done is there at the next Open.
func (j *Journal) Close() error {
	j.mu.Lock()
	first := !j.isClosing
	j.isClosing = true
	reader := j.reader
	j.mu.Unlock()
	if !first {
		<-j.closed
		return j.closeErr
	}
	close(j.closing)
	<-j.done
	if reader != nil {
		reader.close()
	}
	j.closeErr = errors.Join(j.closeErr, j.lock.Close())
	close(j.closed)
	return j.closeErr
}
