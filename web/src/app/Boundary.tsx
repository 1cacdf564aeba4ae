import { Component, type ReactNode } from 'react'
import { ErrorState } from '@/components/ui/states'

/** Shows what went wrong in a page instead of nothing. `at` resets it, as another address does. */
export class Boundary extends Component<{ children: ReactNode; at?: string }, { error: unknown; at: string | undefined }> {
  override state: { error: unknown; at: string | undefined } = { error: null, at: this.props.at }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  static getDerivedStateFromProps(props: { at?: string }, state: { error: unknown; at: string | undefined }) {
    return props.at === state.at ? null : { error: null, at: props.at }
  }
  override render() {
    if (this.state.error === null) return this.props.children
    return (
      <div className="mx-auto max-w-xl p-6">
        <h1 className="text-xl">This page stopped</h1>
        <ErrorState error={this.state.error} onRetry={() => location.reload()} />
      </div>
    )
  }
}
