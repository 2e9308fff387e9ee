import "./style/base.css"; // first: the rules of parts stand behind those of all
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { LocationProvider } from "preact-iso";
import { useAction } from "./client/use-action.ts";
import { FailureBox } from "./controls/failure-box.tsx";
import { Frame } from "./frame/frame.tsx";
import { Routes } from "./frame/routes.tsx";
import { me, recall } from "./session/session.ts";
import { SignIn } from "./session/sign-in.tsx";

/** Shows the sign-in until somebody is signed in. */
function Page() {
  const asking = useAction(recall);
  useEffect(() => {
    void asking.run();
  }, []);
  if (asking.failure) return <Unreachable action={asking} />;
  if (me.value === undefined) return null;
  if (me.value === null) return <SignIn />;
  return (
    <LocationProvider>
      <Frame>
        <Routes />
      </Frame>
    </LocationProvider>
  );
}

function Unreachable({ action }: { action: ReturnType<typeof useAction<[]>> }) {
  return (
    <main id="content">
      <h1>Millwright</h1>
      <FailureBox failure={action.failure} />
      <p>
        <button type="button" onClick={() => action.run()}>
          Try again
        </button>
      </p>
    </main>
  );
}

render(<Page />, document.getElementById("page") as HTMLElement);
