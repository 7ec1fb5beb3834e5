/** The forms of one's profile, and how others will see it while one types. */
import { useState } from "preact/hooks";
import { Avatar } from "@/components/Avatar.tsx";
import { PersonName } from "@/components/PersonName.tsx";
import { type ProfileProps, tagList, type Typed } from "@/components/profile_form.ts";
import { squarePicture } from "@/components/square_picture.ts";

export default function ProfileEditor({ person, fault, takesPictures, ...props }: ProfileProps) {
  const [typed, setTyped] = useState(props.typed);
  const [chosen, setChosen] = useState<{ url?: string; fault?: string }>({});
  const { nickname, statusText, tags } = typed;

  async function choose(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    if (file === undefined) return setChosen({});
    try {
      const square = await squarePicture(file);
      const small = new DataTransfer();
      small.items.add(square.file);
      input.files = small.files;
      setChosen({ url: square.url });
    } catch {
      input.value = "";
      setChosen({ fault: "That is no picture that can be read. Choose a PNG, JPEG, WebP or GIF." });
    }
  }

  const field = (name: keyof Typed) => ({
    id: `profile-${name}`,
    name,
    type: "text",
    autocomplete: "off",
    defaultValue: props.typed[name],
    onInput: ({ currentTarget: { value } }: { currentTarget: HTMLInputElement }) =>
      setTyped((before) => ({ ...before, [name]: value })),
    "aria-invalid": fault?.field === name ? true : undefined,
    "aria-describedby": fault?.field === name ? "profile-fault" : `profile-${name}-hint`,
  });
  const faultOf = (name: keyof Typed) =>
    fault?.field === name && (
      <p id="profile-fault" class="field-error" role="alert">{fault.message}</p>
    );
  const pictureFault = chosen.fault ?? (fault?.field === "picture" ? fault.message : undefined);
  const shown = {
    ...person,
    nickname: nickname.trim() || undefined,
    avatar: chosen.url ?? person.avatar,
  };

  return (
    <>
      <section class="panel" aria-labelledby="seen-title">
        <h2 id="seen-title">How others see you</h2>
        <div class="profile-card">
          <Avatar user={shown} size="large" />
          <div>
            <p class="profile-name">
              <PersonName user={shown} />
            </p>
            {statusText.trim() && <p class="profile-status">{statusText}</p>}
            <ul class="tags">
              {tagList(tags).map((tag) => <li key={tag} class="tag">{tag}</li>)}
            </ul>
          </div>
        </div>
      </section>

      {takesPictures && (
        <section class="panel" aria-labelledby="picture-title">
          <h2 id="picture-title">Picture</h2>
          <form
            class="account-form settings-form"
            method="post"
            action="/profile/picture"
            encType="multipart/form-data"
          >
            <p>
              <label for="profile-picture">PNG, JPEG, WebP or GIF, at most 2 MB</label>
              <input
                id="profile-picture"
                name="picture"
                type="file"
                required
                accept="image/png,image/jpeg,image/webp,image/gif"
                onChange={({ currentTarget }) => choose(currentTarget)}
                aria-invalid={pictureFault ? true : undefined}
                aria-describedby={pictureFault ? "picture-fault" : "picture-hint"}
              />
            </p>
            <p id="picture-hint" class="hint">
              Its middle is kept, as a square. Where and when it was taken is not.
            </p>
            {pictureFault && (
              <p id="picture-fault" class="field-error" role="alert">{pictureFault}</p>
            )}
            <div class="profile-acts">
              <button type="submit" class="button main">Use this picture</button>
              {person.avatar && (
                <button type="submit" class="button quiet" name="remove" value="1" formNoValidate>
                  Remove the picture
                </button>
              )}
            </div>
          </form>
        </section>
      )}

      <section class="panel" aria-labelledby="about-title">
        <h2 id="about-title">About you</h2>
        <form class="account-form settings-form" method="post" action="/profile">
          <p>
            <label for="profile-nickname">Nickname</label>
            <input {...field("nickname")} maxLength={32} />
          </p>
          <p id="profile-nickname-hint" class="hint">
            What you would like to be called. Your name stands beside it.
          </p>
          {faultOf("nickname")}
          <p>
            <label for="profile-statusText">Status</label>
            <input {...field("statusText")} maxLength={100} />
          </p>
          <p id="profile-statusText-hint" class="hint">
            What you are up to, such as “in a workshop until four”.
          </p>
          {faultOf("statusText")}
          <p>
            <label for="profile-tags">Tags, separated by commas</label>
            <input {...field("tags")} maxLength={250} />
          </p>
          <p id="profile-tags-hint" class="hint">
            What others may find you by, such as “design, first aid”. At most eight.
          </p>
          {faultOf("tags")}
          <button type="submit" class="button main">Save</button>
        </form>
      </section>
    </>
  );
}
