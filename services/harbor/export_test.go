package harbor

// Held returns how many keys are locked.
func (l *KeyLock) Held() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}
