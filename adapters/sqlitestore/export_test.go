package sqlitestore

// The statements whose plans tests read.
const (
	PurgeRecords    = purgeRecords
	PurgeDeliveries = purgeDeliveries
	SelectDue       = selectDue
	SelectListed    = selectDeliveries
)

// Done is closed when the time of tx is over.
func (tx *Tx) Done() <-chan struct{} { return tx.ctx.Done() }
