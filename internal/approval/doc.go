// Package approval is the first link (任务审批): what the office does with an
// application, from its arrival to the signed approval document. Home: office.
//
//	received ─▶ under review ─▶ decided ─▶ issued ─▶ closed
//	   │  ▲        │  ▲            │          └─▶ revoked ─▶ closed
//	   ▼  │        ▼  │            └─▶ refused (nobody approved) ─▶ closed
//	  sent back   sent back        withdrawn: by the unit, until the document is out
//
// An application is sent back once, with everything that is to be mended, each
// tied to its field; a second time takes a chief and a reason. The review path
// is data, fixed when the case is accepted. The decision is taken for each
// member. Nobody acts on a trip of their own, and no one decides what they
// reviewed where the path asks for four eyes.
//
// An amendment (变更) is a case of its own, and ends in Amended on the one that it
// changes: Standing is the mission as it is approved now.
//
// Small subjects stand beside the approval: a series gives out numbers, the
// document log proves what was issued, the authority tells the other zones whom
// to believe, a worksheet keeps what a reviewer has looked at, and a waiving
// answers for one rule that was asked to be let pass.
//
// It isn't the application (filing), which its unit alone writes, nor the
// making of booklets (passport), which it only asks for.
package approval
