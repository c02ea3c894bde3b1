package sqlitestore

// The statements whose plans tests read.
const (
	PurgeRecords    = purgeRecords
	PurgeDeliveries = purgeDeliveries
	SelectDue       = selectDue
	SelectListed    = selectDeliveries
)
