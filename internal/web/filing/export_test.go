package filing

// Gathered is a case without what the rules know beyond it.
var Gathered = (*Work).gathered
