// Package letter is the documents that the office issues beside the approval
// (公文): the one-time notice (一次性告知书) of a sending back, the note verbale
// (照会) to a mission, the exit certificate (出境证明), and what goes to another
// authority about a common delegation: opinion request (征求意见函), reply (复函),
// mission notice (任务通知书). Home: office.
//
//	prepared ─▶ issued ─▶ prepared again, with a reason ─▶ issued: the one before is superseded
//	              └─▶ revoked: the approval that it rests on was
//
// A letter has a subject of its own for what it is about: one sending back, one
// group's note to one area's missions, one group's certificate for one area. What
// stands in it is fixed when it is prepared, so that a restart lays out the same
// bytes. It is numbered by a series of its kind, logged and signed as the
// approval is.
//
// Notes and certificates hold whole passport numbers, which never leave the
// office: the Internet hears of number, day and digest, and of a notice the file.
package letter
